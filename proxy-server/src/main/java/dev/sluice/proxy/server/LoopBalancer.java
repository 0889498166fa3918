package dev.sluice.proxy.server;

import dev.sluice.proxy.client.ClientConnection;
import dev.sluice.proxy.client.ClientRegistry;
import dev.sluice.proxy.client.LoopResources;
import dev.sluice.proxy.net.EventLoops;
import dev.sluice.proxy.net.LoopDemand;
import dev.sluice.proxy.net.LoopLoads;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolRegistry;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps as many event loops in use as there is work for, and spreads clients and backends evenly
 * over them. They move between transactions.
 */
public final class LoopBalancer {
  private static final Logger log = LoggerFactory.getLogger(LoopBalancer.class);

  /** Every so many looks, those are looked for that logged in on a loop no longer in use. */
  private static final int LOOKS_PER_SWEEP = 10;

  private final EventLoops loops;
  private final List<LoopResources> resources;
  private final ClientRegistry clients;
  private final PoolRegistry pools;
  private final LoopLoads loads;
  private final LoopDemand demand;
  private int looks;
  private volatile boolean fixed;

  LoopBalancer(
      EventLoops loops, List<LoopResources> resources, ClientRegistry clients, PoolRegistry pools) {
    this.loops = loops;
    this.resources = List.copyOf(resources);
    this.clients = clients;
    this.pools = pools;
    this.loads = new LoopLoads(loops);
    this.demand = new LoopDemand(loops.count());
  }

  /** Called some ten times a second, from one thread. */
  void look(long nowNanos) {
    if (loops.count() == 1) {
      return;
    }
    int before = loops.inUse();
    int now = fixed ? before : demand.look(loads.sample(nowNanos), before);
    if (now != before) {
      log.debug("{} event loops in use, {} before", now, before);
      use(now);
    } else if (++looks % LOOKS_PER_SWEEP == 0) {
      spreadClients();
    }
  }

  /**
   * Uses so many event loops from now on, whatever the load.
   *
   * @param count from 1 to the number there is; more or less is taken as the nearest
   */
  public void fix(int count) {
    fixed = true;
    use(count);
  }

  private void use(int count) {
    loops.use(count);
    spreadClients();
    pools.pools().forEach(Pool::spread);
  }

  /** Moves as few as it takes for every loop in use to have its share, and the others none. */
  private void spreadClients() {
    if (!loops.transport().channelsCanMove()) {
      return;
    }
    int inUse = loops.inUse();
    List<List<ClientConnection>> byLoop = new ArrayList<>();
    for (int i = 0; i < loops.count(); i++) {
      byLoop.add(new ArrayList<>());
    }
    for (ClientConnection client : clients.clients()) {
      byLoop.get(loops.indexOf(client.eventLoop())).add(client);
    }
    int total = byLoop.stream().mapToInt(List::size).sum();
    int share = (total + inUse - 1) / inUse;
    List<ClientConnection> homeless = new ArrayList<>();
    for (int loop = 0; loop < byLoop.size(); loop++) {
      List<ClientConnection> here = byLoop.get(loop);
      // A little more than its share is not worth a move.
      int keep = loop >= inUse ? 0 : here.size() <= share + share / 8 ? here.size() : share;
      homeless.addAll(here.subList(keep, here.size()));
    }
    int next = 0;
    for (int loop = 0; loop < inUse && next < homeless.size(); loop++) {
      int room = loop == inUse - 1 ? homeless.size() : share - byLoop.get(loop).size();
      for (int i = 0; i < room && next < homeless.size(); i++) {
        homeless.get(next++).moveTo(loops.loop(loop), resources.get(loop));
      }
    }
  }
}
