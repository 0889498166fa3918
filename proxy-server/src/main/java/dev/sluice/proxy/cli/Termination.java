package dev.sluice.proxy.cli;

import dev.sluice.proxy.server.RunningServer;

/** How the operating system's wish to end the process (SIGTERM, SIGINT) reaches a server. */
interface Termination {
  /**
   * Waits until {@code server} has ended, by itself or because the process is to end, and has then
   * been drained.
   */
  void await(RunningServer server) throws InterruptedException;
}
