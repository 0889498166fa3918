package dev.sluice.proxy.server;

/** A server that clients can connect to. All methods may be called from any thread. */
public interface RunningServer {
  /** One line that says that it is ready: addresses, transport and versions. */
  String readyLine();

  /**
   * Begins to end: new connections are refused, transactions that run may finish within
   * drain-timeout. Returns at once; a second call changes nothing.
   */
  void drain();

  /** Waits until everything is closed, whoever ended it. */
  void awaitTermination() throws InterruptedException;
}
