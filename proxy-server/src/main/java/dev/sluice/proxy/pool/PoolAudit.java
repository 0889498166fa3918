package dev.sluice.proxy.pool;

import dev.sluice.config.AuditPolicy;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendOwner;
import dev.sluice.proxy.backend.OwnQuery;
import dev.sluice.proxy.backend.SessionDifferences;
import dev.sluice.proxy.backend.SessionFacts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares released backends with what is believed of them, for what ran out of sight: a function
 * that sets a parameter or takes a lock. A backend with something unknown in it is reset, or
 * closed, and never handed on. Safe for all threads.
 *
 * <p>To ask costs PostgreSQL about a millisecond. So with {@code log} each backend is asked at most
 * every ten seconds, in between two leases or soon after the last one; with {@code close} after
 * every lease.
 */
final class PoolAudit {
  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Functions do not change often, and to read them all costs more than the rest. */
  private static final long FUNCTIONS_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final int MAX_UNLISTED = 200;

  private final AuditPolicy policy;
  private final BackendOwner pool;
  private final long deadlineMillis;
  private final AuditLog log;

  /** Parameters that PostgreSQL does not list; those in the second have a default of their own. */
  private final Set<String> unlisted = new TreeSet<>();

  private final Set<String> withDefaults = new HashSet<>();
  private @Nullable Long functionsReadNanos;

  /**
   * @param deadlineMillis for each question and reset
   */
  PoolAudit(AuditPolicy policy, BackendOwner pool, long deadlineMillis, AuditLog log) {
    this.policy = policy;
    this.pool = pool;
    this.deadlineMillis = deadlineMillis;
    this.log = log;
  }

  /** Whether a backend that is being released is to be looked at first. */
  boolean dueAtRelease(BackendConnection backend, long now) {
    return switch (policy) {
      case OFF -> false;
      case LOG -> backend.age().nanosSinceAudit(now) >= INTERVAL_NANOS;
      case CLOSE -> true;
    };
  }

  /** Whether nobody may have a backend that was not looked at. */
  boolean strict() {
    return policy == AuditPolicy.CLOSE;
  }

  /** Whether one that nobody has is to be looked at. */
  boolean dueWhileIdle(BackendConnection backend, long now) {
    return policy == AuditPolicy.LOG
        && backend.age().usedSinceAudit()
        && backend.age().nanosSinceAudit(now) >= INTERVAL_NANOS;
  }

  /** Says what was found and not said yet; to be called every second or so. */
  void sum(long now) {
    log.sum(now);
  }

  /** The backend is the caller's alone; when all is well, it is offered to the pool. */
  void begin(BackendConnection backend, long now) {
    begin(backend, now, ignored -> {});
  }

  /**
   * @param whenDone told what was found
   */
  void begin(BackendConnection backend, long now, Consumer<SessionDifferences> whenDone) {
    backend.age().audited(now);
    boolean functions = functionsDue(now);
    ask(
        backend,
        functions,
        facts -> {
          boolean more = facts != null && learn(facts.parametersOfFunctions());
          if (more) {
            ask(backend, false, again -> compare(backend, again, whenDone));
          } else {
            compare(backend, facts, whenDone);
          }
        });
  }

  private void ask(
      BackendConnection backend, boolean functions, Consumer<@Nullable SessionFacts> told) {
    Set<String> names;
    synchronized (this) {
      names = Set.copyOf(unlisted);
    }
    backend.ask(
        session -> SessionDifferences.questions(session, names, functions), deadlineMillis, told);
  }

  private synchronized boolean functionsDue(long now) {
    boolean due = functionsReadNanos == null || now - functionsReadNanos >= FUNCTIONS_NANOS;
    if (due) {
      functionsReadNanos = now;
    }
    return due;
  }

  /** Returns whether there is a name to ask for that was not known. */
  private synchronized boolean learn(Set<String> names) {
    boolean more = false;
    for (String name : names) {
      if (unlisted.size() < MAX_UNLISTED && !withDefaults.contains(name)) {
        more |= unlisted.add(name);
      }
    }
    return more;
  }

  private void compare(
      BackendConnection backend,
      @Nullable SessionFacts facts,
      Consumer<SessionDifferences> whenDone) {
    if (facts == null) {
      // In an encoding that is not ours, perhaps: what cannot be known does not stay.
      backend.run(List.of(OwnQuery.DISCARD_ALL), deadlineMillis);
      whenDone.accept(SessionDifferences.NONE);
      return;
    }
    SessionDifferences found = SessionDifferences.between(backend.session(), facts);
    if (found.isEmpty()) {
      pool.available(backend);
      whenDone.accept(found);
      return;
    }
    // What is still there after a reset is not a client's: ALTER ROLE and ALTER DATABASE can give
    // a default to a parameter that PostgreSQL does not list.
    backend.run(
        List.of(OwnQuery.DISCARD_ALL),
        deadlineMillis,
        () -> ask(backend, false, facts2 -> afterReset(backend, found, facts2, whenDone)));
  }

  private void afterReset(
      BackendConnection backend,
      SessionDifferences found,
      @Nullable SessionFacts facts,
      Consumer<SessionDifferences> whenDone) {
    SessionDifferences left =
        facts == null ? found : SessionDifferences.between(backend.session(), facts);
    Set<String> defaults = new HashSet<>(left.parameters());
    synchronized (this) {
      defaults.retainAll(unlisted);
      unlisted.removeAll(defaults);
      withDefaults.addAll(defaults);
    }
    SessionDifferences leaked = found.without(defaults);
    boolean close = policy == AuditPolicy.CLOSE && !leaked.isEmpty();
    if (close || !left.without(defaults).isEmpty()) {
      close = true;
      backend.close();
    } else {
      pool.available(backend);
    }
    if (!leaked.isEmpty()) {
      log.found(backend.processId(), leaked, close);
    }
    whenDone.accept(leaked);
  }
}
