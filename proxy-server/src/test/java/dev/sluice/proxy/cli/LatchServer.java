package dev.sluice.proxy.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.Problem;
import dev.sluice.proxy.server.RunningServer;
import dev.sluice.proxy.server.ServerStarter;
import dev.sluice.proxy.server.StartupException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A server that serves nothing, for what the command line does around one. */
final class LatchServer implements ServerStarter, RunningServer {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final boolean starts;
  private final boolean files;

  LatchServer(boolean starts, boolean files) {
    this.starts = starts;
    this.files = files;
  }

  @Override
  public List<Problem> check(SluiceConfig config) {
    return files
        ? List.of()
        : List.of(new Problem(Path.of("users.txt"), 3, "", "no secret; give one"));
  }

  @Override
  public RunningServer start(SluiceConfig config) throws StartupException {
    if (!starts) {
      throw new StartupException("port " + config.listen().getFirst().port() + " is in use");
    }
    return this;
  }

  @Override
  public String readyLine() {
    return "ready, says the server";
  }

  @Override
  public void drain() {
    System.err.println("draining");
    ended.countDown();
  }

  @Override
  public void awaitTermination() throws InterruptedException {
    ended.await();
  }

  boolean isDrained() {
    return ended.getCount() == 0;
  }

  /** A process with this server, which is ended by a signal. */
  static final class OwnProcess {
    private OwnProcess() {}

    public static void main(String[] arguments) {
      System.exit(Main.run(new LatchServer(true, true), arguments));
    }
  }
}
