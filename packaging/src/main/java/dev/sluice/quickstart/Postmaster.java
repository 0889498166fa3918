package dev.sluice.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One running server: the process that was started, and the postmaster, which is the same process
 * unless the tool that changes the user stays between them.
 */
record Postmaster(Process started, ProcessHandle postmaster) {
  private static final Duration POLL = Duration.ofMillis(5);

  /** {@code postmaster.pid}: line 1 is the process, line 8 its state. */
  private static final int PID_LINE = 0;

  private static final int STATE_LINE = 7;

  /**
   * Starts the server and waits until it accepts connections, as {@code postmaster.pid} tells.
   *
   * @throws IllegalStateException with the server's log if it ends before, or is not ready in time
   */
  static Postmaster launch(List<String> command, Path home, Path log, Duration timeout) {
    Path data = DataDirectory.in(home);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Command.cleanEnvironment(builder);
      Files.deleteIfExists(data.resolve("postmaster.pid"));
      Process started = builder.start();
      started.getOutputStream().close();
      return awaitReady(started, data, log, timeout);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL", e);
    }
  }

  private static Postmaster awaitReady(Process started, Path data, Path log, Duration timeout)
      throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (true) {
        List<String> lines = pidFile(data);
        if (lines.size() > STATE_LINE) {
          String state = lines.get(STATE_LINE).strip();
          Optional<ProcessHandle> postmaster =
              ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).strip()));
          if (postmaster.isPresent() && (state.equals("ready") || state.equals("standby"))) {
            return new Postmaster(started, postmaster.get());
          }
        }
        if (started.waitFor(POLL.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new IllegalStateException(
              "PostgreSQL ended with exit code "
                  + started.exitValue()
                  + ":\n"
                  + Files.readString(log));
        }
        if (System.nanoTime() - deadline > 0) {
          started.descendants().forEach(ProcessHandle::destroyForcibly);
          started.destroyForcibly();
          throw new IllegalStateException(
              "PostgreSQL is not ready after " + timeout + ":\n" + Files.readString(log));
        }
      }
    } catch (InterruptedException e) {
      started.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL starts", e);
    }
  }

  private static List<String> pidFile(Path data) throws IOException {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException notYet) {
      return List.of();
    }
  }

  boolean isAlive() {
    return postmaster.isAlive();
  }

  /** Sends a signal by its name without SIG; no error if the process is gone. */
  void signal(String name) {
    if (isAlive()) {
      Command.run(List.of("sh", "-c", "kill -\"$1\" \"$2\" || ! kill -0 \"$2\"", "-", name, pid()));
    }
  }

  /** Whether it ended, with all of its processes, within the time. */
  boolean awaitEnd(Duration timeout) {
    try {
      postmaster.onExit().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return started.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * SIGKILL for the postmaster and then for every process of it. The next start on the same data
   * would refuse while one of them still holds the shared memory.
   */
  void kill() {
    List<ProcessHandle> family =
        Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    family.forEach(ProcessHandle::destroyForcibly);
    family.forEach(member -> member.onExit().join());
    try {
      started.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String pid() {
    return Long.toString(postmaster.pid());
  }
}
