package dev.sluice.proxy.server;

import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.client.ClientConnection;
import dev.sluice.proxy.client.ClientRegistry;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolRegistry;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends all connections before the event loops end: a loop on io_uring does not give back the buffer
 * of a read that is still under way.
 */
final class ConnectionCloser {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ClientRegistry clients;
  private final PoolRegistry pools;

  ConnectionCloser(ClientRegistry clients, PoolRegistry pools) {
    this.clients = clients;
    this.pools = pools;
  }

  /** Waits a moment for PostgreSQL to close its ends. Not on an event loop. */
  void close() {
    List<ChannelFuture> ends = new ArrayList<>();
    for (ClientConnection client : clients.clients()) {
      ends.add(client.end());
    }
    for (Pool pool : pools.pools()) {
      for (BackendConnection backend : pool.backends()) {
        ends.add(backend.channel().closeFuture());
      }
    }
    pools.close();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (ChannelFuture end : ends) {
      end.awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }
}
