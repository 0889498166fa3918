package dev.sluice.proxy.pool;

import dev.sluice.config.AuditPolicy;
import dev.sluice.config.PoolConfig;
import dev.sluice.config.PoolMode;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendOwner;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.LeaseHolder;
import dev.sluice.proxy.backend.OwnQuery;
import dev.sluice.proxy.backend.SessionDifferences;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool's backends on one node and the clients that wait for one: first come, first served across
 * all event loops, and never more backends than configured, those being dialled included.
 *
 * <p>All state is under the pool's lock, held for a few list operations; nothing is called out from
 * under it but plain setters of a backend that is the pool's alone. A backend on the client's own
 * event loop is preferred; one on another is used rather than letting the client wait.
 */
final class NodePool implements BackendOwner {
  private static final Logger log = LoggerFactory.getLogger(NodePool.class);

  /** How long a reset, a check or a rollback may take before the backend is given up. */
  static final long HOUSEKEEPING_MILLIS = 5_000;

  private final Pool pool;
  private final String name;
  private final PoolConfig config;
  private final Surroundings surroundings;
  private final Dialling dialling;
  private final Object lock;
  private final WaitQueue waiting = new WaitQueue();
  private final IdleBackends idle;
  private final Relocation relocation;
  private final PoolAudit audit;
  private final Set<BackendConnection> backends = new LinkedHashSet<>();
  private boolean closing;

  /** Of backends that are gone. */
  private long formerTransactions;

  private long formerErrors;

  /** Backends that have outlived their lifetime and whose successors are not dialled yet. */
  private int replacing;

  private @Nullable ErrorMessage lastFailure;

  NodePool(Pool pool, Surroundings surroundings, NodeTarget target, SharedRoom room) {
    this.pool = pool;
    this.name = target.name();
    this.config = pool.config();
    this.lock = pool.lock();
    this.surroundings = surroundings;
    this.dialling = new Dialling(surroundings, target.current(), room);
    this.idle = new IdleBackends(surroundings.loops());
    this.relocation = new Relocation(surroundings);
    PoolKey key = pool.key();
    this.audit =
        new PoolAudit(
            config.mode() == PoolMode.SESSION ? AuditPolicy.OFF : pool.sessionConfig().audit(),
            this,
            HOUSEKEEPING_MILLIS,
            new AuditLog(
                line -> log.warn("pool {}/{}: {}", key.database(), key.user(), line),
                System::nanoTime));
  }

  // ---- leasing

  /**
   * Asks for a backend: returns one, or null after queueing; the listener then hears of the
   * outcome. Called on the holder's executor.
   *
   * @param now by {@link System#nanoTime}, which is not read twice for one request
   */
  @Nullable BackendConnection lease(
      Waiter waiter, LeaseHolder holder, Waiter.Listener listener, long now) {
    List<BackendConnection> toCheck = null;
    BackendConnection granted = null;
    boolean full = false;
    List<Integer> dials = List.of();
    synchronized (lock) {
      if (waiting.isEmpty()) {
        BackendConnection candidate;
        while ((candidate = idle.take(waiter.loopIndex())) != null) {
          if (!stale(candidate, now)) {
            granted = candidate;
            candidate.lease(holder);
            break;
          }
          if (toCheck == null) {
            toCheck = new ArrayList<>();
          }
          toCheck.add(candidate);
        }
      }
      if (granted == null) {
        full = config.maxWaiting() > 0 && waiting.size() >= config.maxWaiting();
        if (!full) {
          waiter.begin(holder, listener, now);
          waiting.add(waiter);
          dials = planDials(now);
        }
      }
    }
    if (toCheck != null) {
      for (BackendConnection backend : toCheck) {
        backend.run(List.of(OwnQuery.EMPTY), HOUSEKEEPING_MILLIS);
      }
    }
    if (full) {
      holder.executor().execute(() -> listener.refused(PoolErrors.tooManyWaiting(config)));
    }
    dial(dials);
    if (granted != null) {
      pool.counters(waiter.loopIndex()).assignments++;
    }
    return granted;
  }

  /** The holder is done; the backend is quiet. What may be left in its session is cleared first. */
  void release(BackendConnection backend, long now) {
    BackendSession session = backend.session();
    if (session.irreparable()) {
      backend.close();
    } else if (session.dirty()) {
      backend.run(List.of(OwnQuery.DISCARD_ALL), HOUSEKEEPING_MILLIS);
    } else if (session.hiddenSettings()) {
      backend.run(List.of(OwnQuery.RESET_SETTINGS), HOUSEKEEPING_MILLIS);
    } else if (audit.dueAtRelease(backend, now)) {
      audit.begin(backend, now);
    } else {
      available(backend, now);
    }
  }

  /** A session-mode client has left: its session's state goes with it. */
  void releaseSession(BackendConnection backend) {
    backend.run(List.of(resetQuery()), HOUSEKEEPING_MILLIS);
  }

  /**
   * The holder left while its conversation was not over.
   *
   * @param openBatch extended-protocol messages were sent and their Sync was not
   */
  void abandon(BackendConnection backend, boolean sessionMode, boolean openBatch) {
    if (backend.session().irreparable()) {
      backend.close();
      return;
    }
    boolean unclean =
        backend.session().dirty() || backend.session().hiddenSettings() || audit.strict();
    List<OwnQuery> after =
        sessionMode ? List.of(resetQuery()) : unclean ? List.of(OwnQuery.DISCARD_ALL) : List.of();
    backend.abandon(after, openBatch, HOUSEKEEPING_MILLIS);
  }

  private OwnQuery resetQuery() {
    return new OwnQuery(config.resetQuery(), OwnQuery.Effect.RESETS);
  }

  private boolean stale(BackendConnection backend, long now) {
    return backend.age().idleNanos(now) > config.checkAfterIdle().toNanos();
  }

  // ---- BackendOwner

  @Override
  public void connected(BackendConnection backend) {
    long lifetime = config.lifetime().toNanos();
    backend
        .age()
        .lifetime(
            lifetime == 0
                ? Long.MAX_VALUE
                : lifetime - ThreadLocalRandom.current().nextLong(lifetime / 10 + 1));
    synchronized (lock) {
      dialling.succeeded();
      backends.add(backend);
      lastFailure = null;
      pool.learn(backend.session());
    }
    available(backend);
  }

  @Override
  public void connectFailed(ErrorMessage error) {
    long now = System.nanoTime();
    List<Waiter> failed = new ArrayList<>();
    synchronized (lock) {
      dialling.failed(now);
      lastFailure = error;
      if (backends.isEmpty() && dialling.count() == 0 && !pool.mayPass(error)) {
        Waiter waiter;
        while ((waiter = waiting.poll()) != null) {
          failed.add(waiter);
        }
      }
    }
    dialling.giveBackRoom();
    log.warn(
        "pool {}/{}: no backend: {} ({})",
        pool.key().database(),
        pool.key().user(),
        error.message(),
        error.sqlState());
    failed.forEach(waiter -> waiter.refuse(PoolErrors.connectFailed(error)));
  }

  @Override
  public boolean withdraw(BackendConnection backend) {
    synchronized (lock) {
      return idle.remove(backend);
    }
  }

  @Override
  public void available(BackendConnection backend) {
    available(backend, System.nanoTime());
  }

  private void available(BackendConnection backend, long now) {
    if (!backend.channel().isActive()) {
      // It died while its holder let go of it: nobody else would notice.
      backend.discardLost();
      return;
    }
    Waiter waiter = null;
    boolean close;
    long waited = 0;
    int home = Relocation.STAY;
    synchronized (lock) {
      relocation.over(backend);
      boolean expired = backend.age().expired(now);
      replacing += expired ? 1 : 0;
      close = closing || expired || !backends.contains(backend) || !pool.uses(this);
      if (!close) {
        home = relocation.home(backend, backends);
      }
      if (!close && home == Relocation.STAY) {
        waiter = waiting.poll();
        if (waiter != null && waiter.holder != null) {
          backend.lease(waiter.holder);
          waited = now - waiter.sinceNanos;
        } else {
          backend.pooled(now);
          idle.add(backend);
        }
      }
    }
    if (close) {
      backend.close();
    } else if (home != Relocation.STAY) {
      surroundings.dialer().move(backend, home);
    } else if (waiter != null) {
      grant(waiter, backend, waited, now);
    }
  }

  /** The event loops in use have changed: the backends are to be spread over them. */
  void spread() {
    synchronized (lock) {
      relocation.reconsider();
    }
    relocateOneIdle();
  }

  /** Those that are in use move as they are released. */
  private void relocateOneIdle() {
    BackendConnection backend = null;
    int home = Relocation.STAY;
    synchronized (lock) {
      for (int loop = 0; loop < surroundings.loops() && home == Relocation.STAY; loop++) {
        backend = idle.peek(loop);
        home = backend == null ? Relocation.STAY : relocation.home(backend, backends);
      }
      if (home != Relocation.STAY && backend != null) {
        idle.remove(backend);
      }
    }
    if (home != Relocation.STAY && backend != null) {
      surroundings.dialer().move(backend, home);
    }
  }

  @Override
  public void closed(BackendConnection backend) {
    List<Integer> dials;
    synchronized (lock) {
      if (!backends.remove(backend)) {
        return;
      }
      formerTransactions += backend.transactions();
      formerErrors += backend.errors();
      idle.remove(backend);
      relocation.over(backend);
      dials = planDials(System.nanoTime());
    }
    dialling.giveBackRoom();
    dial(dials);
  }

  private void grant(Waiter waiter, BackendConnection backend, long waitedNanos, long now) {
    LeaseHolder holder = waiter.holder;
    Waiter.Listener listener = waiter.listener;
    if (holder == null || listener == null) {
      return;
    }
    if (holder.executor().inEventLoop()) {
      delivered(waiter, backend, listener, waitedNanos, now);
    } else {
      holder.executor().execute(() -> delivered(waiter, backend, listener, waitedNanos, now));
    }
  }

  private void delivered(
      Waiter waiter,
      BackendConnection backend,
      Waiter.Listener listener,
      long waitedNanos,
      long now) {
    PoolCounters mine = pool.counters(waiter.loopIndex());
    mine.assignments++;
    mine.waitNanos += waitedNanos;
    listener.granted(backend, now);
  }

  // ---- dialling

  /** Under the lock: dials for as many waiters as there are without one under way. */
  private List<Integer> planDials(long now) {
    return takeRoom(lacking(), now);
  }

  private int lacking() {
    int room = config.size() - backends.size() - dialling.count();
    return Math.min(room, Math.max(waiting.size() - dialling.count(), replacing));
  }

  private List<Integer> takeRoom(int wanted, long now) {
    if (closing) {
      return List.of();
    }
    List<Integer> planned = dialling.plan(wanted, now);
    replacing = Math.max(0, replacing - planned.size());
    return planned;
  }

  /** Not under the lock. */
  private void dial(List<Integer> dials) {
    for (int loop : dials) {
      if (!dialling.start(loop, this)) {
        synchronized (lock) {
          dialling.refused();
        }
      }
    }
  }

  /** A budget has room again. */
  void tryDialling() {
    List<Integer> dials;
    synchronized (lock) {
      dials = planDials(System.nanoTime());
    }
    dial(dials);
  }

  /** How operators name the server. */
  String name() {
    return name;
  }

  /** Who waits for a backend here; under the lock. */
  WaitQueue waiting() {
    return waiting;
  }

  /** The node does not serve this pool any more: what runs on it still must not. */
  void cut() {
    List<BackendConnection> all;
    List<BackendConnection> unused;
    synchronized (lock) {
      unused = idle.takeAll();
      all = new ArrayList<>(backends);
    }
    unused.forEach(BackendConnection::close);
    all.removeAll(unused);
    all.forEach(BackendConnection::cut);
  }

  /** Closes the backend that has been idle for longest, to make room for another pool's. */
  boolean closeOneIdle() {
    BackendConnection victim;
    synchronized (lock) {
      victim = idle.takeIdleFor(0, System.nanoTime());
    }
    if (victim == null) {
      return false;
    }
    victim.close();
    return true;
  }

  // ---- maintenance

  /** What time brings: called some ten times a second. */
  void maintain(long now) {
    List<BackendConnection> toClose = new ArrayList<>();
    List<Waiter> timedOut = new ArrayList<>();
    List<Integer> dials;
    ErrorMessage failure;
    BackendConnection toAudit;
    synchronized (lock) {
      failure = lastFailure;
      expireWaiters(now, timedOut);
      expireBackends(now, toClose);
      toAudit = idle.takeFirst(backend -> audit.dueWhileIdle(backend, now));
      int open = backends.size() + dialling.count() - toClose.size();
      int wanted = Math.max(lacking(), pool.uses(this) ? config.minSize() - open : 0);
      if (reserveOpens(now) && open < config.size() + config.reserveSize()) {
        wanted = Math.max(wanted, 1);
      }
      dials = takeRoom(wanted, now);
    }
    relocateOneIdle();
    toClose.forEach(BackendConnection::close);
    if (toAudit != null) {
      audit.begin(toAudit, now);
    }
    audit.sum(now);
    for (Waiter waiter : timedOut) {
      pool.counters(waiter.loopIndex()).waitTimeouts++;
      waiter.refuse(PoolErrors.waitTimeout(config, failure));
    }
    dial(dials);
  }

  private void expireWaiters(long now, List<Waiter> timedOut) {
    long timeout = config.waitTimeout().toNanos();
    Waiter first;
    while (timeout > 0 && (first = waiting.peek()) != null && now - first.sinceNanos >= timeout) {
      waiting.poll();
      timedOut.add(first);
    }
  }

  private void expireBackends(long now, List<BackendConnection> toClose) {
    BackendConnection expired = idle.takeFirst(backend -> backend.age().expired(now));
    if (expired != null) {
      // One at a time, and its successor is dialled at once, or when it has made room for it.
      toClose.add(expired);
      replacing++;
    }
    long idleTimeout = config.idleTimeout().toNanos();
    while (idleTimeout > 0 && backends.size() - toClose.size() > config.minSize()) {
      BackendConnection unused = idle.takeIdleFor(idleTimeout, now);
      if (unused == null) {
        return;
      }
      toClose.add(unused);
    }
  }

  private boolean reserveOpens(long now) {
    Waiter first = waiting.peek();
    return config.reserveSize() > 0
        && first != null
        && dialling.count() == 0
        && now - first.sinceNanos >= config.reserveAfter().toNanos();
  }

  /**
   * Compares all backends that nobody has with what is believed of them, whatever is configured.
   *
   * @return what was found in each, complete when all have answered
   */
  List<CompletableFuture<SessionDifferences>> auditIdle() {
    List<BackendConnection> unused;
    synchronized (lock) {
      unused = idle.takeAll();
    }
    List<CompletableFuture<SessionDifferences>> found = new ArrayList<>();
    for (BackendConnection backend : unused) {
      CompletableFuture<SessionDifferences> outcome = new CompletableFuture<>();
      audit.begin(backend, System.nanoTime(), outcome::complete);
      found.add(outcome);
    }
    return found;
  }

  /** Closes what is idle, and everything else as it is released. */
  void close() {
    List<BackendConnection> unused;
    synchronized (lock) {
      closing = true;
      unused = idle.takeAll();
    }
    unused.forEach(BackendConnection::close);
  }

  // ---- to look at

  Pool.Usage usage(long now) {
    synchronized (lock) {
      Waiter first = waiting.peek();
      return new Pool.Usage(
          backends.size() - idle.size(),
          idle.size(),
          dialling.count(),
          waiting.size(),
          first == null ? 0 : now - first.sinceNanos);
    }
  }

  /** How many transactions of clients have ended on this node. */
  long transactions() {
    synchronized (lock) {
      return backends.stream()
          .mapToLong(BackendConnection::transactions)
          .reduce(formerTransactions, Long::sum);
    }
  }

  long errors() {
    synchronized (lock) {
      return backends.stream().mapToLong(BackendConnection::errors).reduce(formerErrors, Long::sum);
    }
  }

  List<BackendConnection> backends() {
    synchronized (lock) {
      return List.copyOf(backends);
    }
  }
}
