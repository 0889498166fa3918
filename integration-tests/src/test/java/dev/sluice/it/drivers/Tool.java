package dev.sluice.it.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that is installed, or else a failure that says how to install it. */
record Tool(Path executable) {

  /** What a program wrote and how it ended. */
  record Result(int exitCode, String output, String errors) {

    Result assertSucceeded() {
      assertEquals(0, exitCode, this::toString);
      return this;
    }

    @Override
    public String toString() {
      return "exit code "
          + exitCode
          + "\n--- output\n"
          + end(output)
          + "\n--- errors\n"
          + end(errors);
    }

    private static String end(String text) {
      return text.substring(Math.max(0, text.length() - 8000));
    }
  }

  /**
   * Looks for a program on the path.
   *
   * @param installation what to do if it is missing
   */
  static Tool require(String name, String installation) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Tool::new)
        .orElseThrow(
            () -> new AssertionError(name + " is missing; to install it: " + installation));
  }

  /** Waits for the end; what takes longer is killed, with its children. */
  Result run(
      Path directory, Map<String, String> environment, Duration limit, List<String> arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tool", ".out");
    Path errors = Files.createTempFile("tool", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder()
              .directory(directory.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.command().add(executable.toString());
      builder.command().addAll(arguments);
      // Whatever libpq settings the caller lives with must not leak into a test.
      builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      Result result =
          new Result(
              process.exitValue(),
              Files.readString(output, StandardCharsets.UTF_8),
              Files.readString(errors, StandardCharsets.UTF_8));
      if (!ended) {
        throw new AssertionError(executable + " did not end within " + limit + "\n" + result);
      }
      return result;
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  /** The environment of a driver script. */
  static Map<String, String> environment(Target target, String poolMode) {
    Map<String, String> environment = new HashMap<>(target.libpqEnvironment());
    environment.put("SLUICE_POOL_MODE", poolMode);
    environment.put("SLUICE_CLIENTS", Integer.toString(Crowd.CLIENTS));
    return environment;
  }
}
