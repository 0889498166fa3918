package dev.sluice.proxy.pool;

import dev.sluice.config.PoolConfig;
import dev.sluice.config.SessionConfig;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.LeaseHolder;
import dev.sluice.proxy.backend.SessionDifferences;
import dev.sluice.proxy.session.ServerParameters;
import dev.sluice.proxy.session.SharedProfiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pool of one (database, user): its backends on each node, and what its clients share. A
 * transaction goes to the primary; while there is none, it waits for one.
 */
public final class Pool {
  private final PoolKey key;
  private final PoolConfig config;
  private final SessionConfig sessionConfig;
  private final NodeRoles roles;
  private final Duration failoverTimeout;
  private final List<NodePool> nodes;
  private final List<PoolCounters> counters = new ArrayList<>();
  private final StartupProfiles startupProfiles = new StartupProfiles();
  private final SharedProfiles profiles = new SharedProfiles();
  private final AtomicInteger clients = new AtomicInteger();
  private volatile @Nullable ServerParameters base;

  private final Object lock = new Object();

  /** Those who wait for a primary to be there; under the lock. */
  private final WaitQueue homeless = new WaitQueue();

  /** Whose backends may run transactions; under the lock. */
  private @Nullable NodePool used;

  /** The last that was; under the lock. */
  private @Nullable NodePool last;

  /**
   * @param targets the database's nodes
   */
  Pool(
      PoolKey key,
      PoolConfig config,
      SessionConfig sessionConfig,
      NodeRoles roles,
      Duration failoverTimeout,
      Surroundings surroundings,
      List<NodeTarget> targets,
      SharedRoom room) {
    this.key = key;
    this.config = config;
    this.sessionConfig = sessionConfig;
    this.roles = roles;
    this.failoverTimeout = failoverTimeout;
    for (int i = 0; i < surroundings.loops(); i++) {
      counters.add(new PoolCounters());
    }
    List<NodePool> each = new ArrayList<>();
    for (NodeTarget target : targets) {
      each.add(new NodePool(this, surroundings, target, room));
    }
    this.nodes = List.copyOf(each);
    this.used = primary();
    this.last = used;
  }

  public PoolKey key() {
    return key;
  }

  /** What is done with session state in this pool. */
  public SessionConfig sessionConfig() {
    return sessionConfig;
  }

  public PoolConfig config() {
    return config;
  }

  public PoolCounters counters(int loopIndex) {
    return counters.get(loopIndex);
  }

  public PoolCounters totals() {
    PoolCounters sum = new PoolCounters();
    counters.forEach(each -> each.addTo(sum));
    return sum;
  }

  public StartupProfiles startupProfiles() {
    return startupProfiles;
  }

  /** The settings of this pool's clients, each content as one object. */
  public SharedProfiles profiles() {
    return profiles;
  }

  /** What PostgreSQL reports at login; null until the first backend has. */
  public @Nullable ServerParameters base() {
    return base;
  }

  public void clientJoined() {
    clients.incrementAndGet();
  }

  public void clientLeft() {
    clients.decrementAndGet();
  }

  public int clients() {
    return clients.get();
  }

  // ---- for the pools of its nodes

  Object lock() {
    return lock;
  }

  /** A backend has logged in: equal parameters become one object. */
  void learn(BackendSession session) {
    ServerParameters known = base;
    if (known != null && known.equals(session.base())) {
      session.base(known);
    } else {
      base = session.base();
    }
  }

  /** Whether transactions may run there; under the lock. */
  boolean uses(NodePool node) {
    return Objects.equals(node, used);
  }

  /**
   * Whether those who wait go on waiting: the server is there but cannot take us at the moment, or
   * another may take its place.
   */
  boolean mayPass(ErrorMessage error) {
    return error.is(SqlState.CANNOT_CONNECT_NOW)
        || error.is(SqlState.TOO_MANY_CONNECTIONS)
        || (nodes.size() > 1
            && (error.is(SqlState.CLIENT_UNABLE_TO_CONNECT)
                || error.is(SqlState.CONNECTION_FAILURE)));
  }

  private @Nullable NodePool primary() {
    int index = roles.primary();
    return index == NodeRoles.NONE ? null : nodes.get(index);
  }

  private NodePool of(BackendConnection backend) {
    return nodes.get(backend.target().nodeIndex());
  }

  // ---- leasing

  /**
   * Asks for a backend: returns one, or null after queueing; the listener then hears of the
   * outcome. Called on the holder's executor.
   *
   * @param now by {@link System#nanoTime}, which is not read twice for one request
   */
  public @Nullable BackendConnection lease(
      Waiter waiter, LeaseHolder holder, Waiter.Listener listener, long now) {
    NodePool primary = primary();
    if (primary != null) {
      return primary.lease(waiter, holder, listener, now);
    }
    boolean full;
    synchronized (lock) {
      full = config.maxWaiting() > 0 && homeless.size() >= config.maxWaiting();
      if (!full) {
        waiter.begin(holder, listener, now);
        waiter.homelessNanos = now;
        homeless.add(waiter);
      }
    }
    if (full) {
      holder.executor().execute(() -> listener.refused(PoolErrors.tooManyWaiting(config)));
    }
    return null;
  }

  /** Gives up waiting. Returns false if a backend is on its way already. */
  public boolean leave(Waiter waiter) {
    synchronized (lock) {
      return waiter.leave();
    }
  }

  /** The holder is done; the backend is quiet. What may be left in its session is cleared first. */
  public void release(BackendConnection backend, long now) {
    of(backend).release(backend, now);
  }

  /** A session-mode client has left: its session's state goes with it. */
  public void releaseSession(BackendConnection backend) {
    of(backend).releaseSession(backend);
  }

  /**
   * The holder left while its conversation was not over.
   *
   * @param openBatch extended-protocol messages were sent and their Sync was not
   */
  public void abandon(BackendConnection backend, boolean sessionMode, boolean openBatch) {
    of(backend).abandon(backend, sessionMode, openBatch);
  }

  /** The event loops in use have changed: the backends are to be spread over them. */
  public void spread() {
    nodes.forEach(NodePool::spread);
  }

  // ---- the primary comes and goes

  /**
   * Another node is the primary, or none. Those who wait go with it; what still runs on the former
   * one is cut, for it must not commit there any more.
   */
  public void rolesChanged() {
    NodePool former = null;
    NodePool now = primary();
    synchronized (lock) {
      used = now;
      if (now != null) {
        former = last;
        last = now;
      }
      settleWaiters(now, System.nanoTime());
    }
    if (now != null) {
      now.tryDialling();
    }
    if (former != null && !former.equals(now)) {
      former.cut();
    }
  }

  /** Under the lock: nobody waits where nothing will be free. */
  private void settleWaiters(@Nullable NodePool primary, long now) {
    for (NodePool node : nodes) {
      if (!node.equals(primary)) {
        Waiter waiter;
        while ((waiter = node.waiting().poll()) != null) {
          waiter.homelessNanos = now;
          (primary == null ? homeless : primary.waiting()).add(waiter);
        }
      }
    }
    Waiter waiter;
    while (primary != null && (waiter = homeless.poll()) != null) {
      primary.waiting().add(waiter);
    }
  }

  // ---- maintenance

  /** A budget has room again. */
  void tryDialling() {
    nodes.forEach(NodePool::tryDialling);
  }

  /** Since when the first one waits; null if nobody does. */
  @Nullable Long oldestWaitSince() {
    synchronized (lock) {
      return queues()
          .map(WaitQueue::peek)
          .filter(Objects::nonNull)
          .map(waiter -> waiter.sinceNanos)
          .min(Long::compare)
          .orElse(null);
    }
  }

  private Stream<WaitQueue> queues() {
    return Stream.concat(Stream.of(homeless), nodes.stream().map(NodePool::waiting));
  }

  /** Closes the backend that has been idle for longest, to make room for another pool's. */
  boolean closeOneIdle() {
    return nodes.stream().anyMatch(NodePool::closeOneIdle);
  }

  /** What time brings: called some ten times a second. */
  void maintain(long now) {
    if (nodes.size() > 1) {
      NodePool primary = primary();
      boolean changed;
      synchronized (lock) {
        changed = !Objects.equals(primary, used);
        if (!changed) {
          settleWaiters(primary, now);
        }
      }
      if (changed) {
        rolesChanged();
      }
      expireHomeless(now);
    }
    nodes.forEach(node -> node.maintain(now));
  }

  private void expireHomeless(long now) {
    List<Waiter> timedOut = new ArrayList<>();
    synchronized (lock) {
      Waiter first;
      while ((first = homeless.peek()) != null
          && now - first.homelessNanos >= failoverTimeout.toNanos()) {
        homeless.poll();
        timedOut.add(first);
      }
    }
    for (Waiter waiter : timedOut) {
      counters(waiter.loopIndex()).waitTimeouts++;
      waiter.refuse(PoolErrors.noPrimary(failoverTimeout, describeNodes()));
    }
  }

  private String describeNodes() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      NodeStatus status = roles.status(i);
      all.add(
          "%s: %s, %s%s"
              .formatted(
                  nodes.get(i).name(),
                  status.role(),
                  status.state(),
                  status.reason().isEmpty() ? "" : " (" + status.reason() + ")"));
    }
    return String.join("; ", all) + ".";
  }

  /**
   * Compares all backends that nobody has with what is believed of them, whatever is configured.
   *
   * @return what was found in each, complete when all have answered
   */
  List<CompletableFuture<SessionDifferences>> auditIdle() {
    return nodes.stream().flatMap(node -> node.auditIdle().stream()).toList();
  }

  /** Closes what is idle, and everything else as it is released. */
  void close() {
    nodes.forEach(NodePool::close);
  }

  // ---- to look at

  /** How many backends there are, by what they do. */
  public record Usage(int active, int idle, int dialling, int waiting, long oldestWaitNanos) {
    Usage plus(Usage other) {
      return new Usage(
          active + other.active,
          idle + other.idle,
          dialling + other.dialling,
          waiting + other.waiting,
          Math.max(oldestWaitNanos, other.oldestWaitNanos));
    }
  }

  public Usage usage() {
    long now = System.nanoTime();
    Usage sum;
    synchronized (lock) {
      Waiter first = homeless.peek();
      sum = new Usage(0, 0, 0, homeless.size(), first == null ? 0 : now - first.sinceNanos);
    }
    for (NodePool node : nodes) {
      sum = sum.plus(node.usage(now));
    }
    return sum;
  }

  /** What one node's backends do; those who wait for a primary are at none. */
  public Usage usage(int node) {
    return nodes.get(node).usage(System.nanoTime());
  }

  /** How many transactions of clients have ended on a node. */
  public long transactions(int node) {
    return nodes.get(node).transactions();
  }

  /** How many errors of PostgreSQL's clients were answered with on a node. */
  public long errors(int node) {
    return nodes.get(node).errors();
  }

  public List<BackendConnection> backends() {
    return nodes.stream().flatMap(node -> node.backends().stream()).toList();
  }
}
