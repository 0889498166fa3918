package dev.sluice.it.process;

import dev.sluice.it.Await;
import dev.sluice.it.wire.Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bin/sluice serve} in a process of its own. */
final class ServingProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("sluice .* ready: listening on ([^,;]+).*");
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private ServingProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::collect);
  }

  /** Starts it; returns when it says that it is ready. */
  static ServingProcess start(Path configuration) throws IOException {
    ServingProcess sluice =
        new ServingProcess(
            Distribution.built()
                .command("serve", "-c", configuration.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    try {
      Await.until(
          () -> sluice.hasLine(READY) || !sluice.process.isAlive(),
          () -> "the process says only " + sluice.lines);
      sluice.address();
      return sluice;
    } catch (RuntimeException | Error e) {
      sluice.close();
      throw e;
    }
  }

  private void collect() {
    try (BufferedReader err =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = err.readLine()) != null) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean hasLine(Pattern pattern) {
    return lines.stream().anyMatch(line -> pattern.matcher(line).matches());
  }

  /** Standard error so far. */
  List<String> lines() {
    return lines;
  }

  Address address() {
    for (String line : lines) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return Address.parse(ready.group(1));
      }
    }
    throw new AssertionError("not ready: " + lines);
  }

  /** SIGTERM. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGINT, as Ctrl-C sends it. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the process goes on: " + lines);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
