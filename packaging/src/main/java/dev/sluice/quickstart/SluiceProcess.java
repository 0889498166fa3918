package dev.sluice.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sluice as an operator starts it: the distribution's launcher, with a configuration file. */
final class SluiceProcess implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Process process;

  private SluiceProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it, its log going to our standard error, and waits until it accepts connections.
   *
   * @throws IllegalStateException if it ends before or takes longer than 30 s
   */
  static SluiceProcess start(Path launcher, Path configuration, int port)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(launcher.toString(), "serve", "-c", configuration.toString()))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    SluiceProcess sluice = new SluiceProcess(builder.start());
    try {
      sluice.process.getOutputStream().close();
      sluice.awaitAccepting(port);
      return sluice;
    } catch (IOException | InterruptedException | RuntimeException e) {
      sluice.close();
      throw e;
    }
  }

  private void awaitAccepting(int port) throws InterruptedException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!accepts(port)) {
      if (process.waitFor(POLL.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("Sluice ended with exit code " + process.exitValue());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("Sluice does not listen after " + START_TIMEOUT);
      }
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, port));
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Waits until it ends, and says how. */
  int awaitEnd() throws InterruptedException {
    return process.waitFor();
  }

  /** SIGTERM, as an operator would; SIGKILL only if that is not heeded. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println("Sluice does not end after " + STOP_TIMEOUT + ": killing it");
    process.destroyForcibly();
    process.onExit().join();
  }
}
