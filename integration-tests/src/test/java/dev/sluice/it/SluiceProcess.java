package dev.sluice.it;

import dev.sluice.it.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy in a process of its own, for tests that look at its memory, its exit code or its signals.
 * It runs the classes under test as {@code sluice serve} does, with the virtual machine's options
 * of {@code sluice.it.java-options}.
 */
public final class SluiceProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
  private static final String OPTIONS =
      "--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx256m -XX:+UseCompactObjectHeaders";

  private final Process process;
  private final Path log;
  private final Address address;

  private SluiceProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.address = awaitReady();
  }

  /**
   * Starts a proxy with this configuration, which must not say where to listen.
   *
   * @param hocon a whole configuration file, {@code sluice { ... }}
   */
  public static SluiceProcess start(String hocon) {
    Path folder = SluiceConf.write(hocon);
    Path log = folder.resolve("sluice.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("sluice.it.java-options", OPTIONS).split(" ", -1)));
    command.addAll(List.of("-cp", classPath(), "dev.sluice.proxy.cli.Main"));
    command.addAll(List.of("serve", "-c", folder.resolve("sluice.conf").toString()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      log.toFile().deleteOnExit();
      return new SluiceProcess(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Surefire starts the tests with a jar that only names the real class path. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private Address awaitReady() {
    Await.until(
        () -> !process.isAlive() || LISTENS.matcher(log()).find(),
        () -> "the proxy is not ready: " + log());
    Matcher ready = LISTENS.matcher(log());
    if (!ready.find()) {
      throw new AssertionError("the proxy ended: " + log());
    }
    return Address.local(Integer.parseInt(ready.group(1)));
  }

  public Address address() {
    return address;
  }

  /** All that it said on standard output and standard error. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The resident set as Linux counts it (proc(5), VmRSS). */
  public long residentBytes() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM; the process drains and ends by itself. */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL, and returns when it has worked. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Waits for its end; answers the exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the proxy does not end: " + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
