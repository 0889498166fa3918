package dev.sluice.proxy.cli;

import dev.sluice.proxy.server.RunningServer;

/**
 * The termination of this process. SIGTERM and SIGINT make the JVM run its shutdown hooks and then
 * exit with 128 + the signal; an orderly end is a success, so the hook drains the server and halts
 * with 0 itself.
 */
final class ProcessTermination implements Termination {
  @Override
  public void await(RunningServer server) throws InterruptedException {
    Thread hook = new Thread(() -> drainAndHalt(server), "sluice-drain");
    Runtime.getRuntime().addShutdownHook(hook);
    server.awaitTermination();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      hook.join(); // a signal came: the hook ends the process
    }
  }

  private static void drainAndHalt(RunningServer server) {
    try {
      server.drain();
      server.awaitTermination();
      Runtime.getRuntime().halt(ExitCode.OK);
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }
}
