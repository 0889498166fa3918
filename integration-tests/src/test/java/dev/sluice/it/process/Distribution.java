package dev.sluice.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the module {@code packaging} has built.
 *
 * @param folder the unpacked distribution
 */
record Distribution(Path folder) {
  private static final long PATIENCE_SECONDS = 60;

  /** What a command printed and how it ended. */
  record Outcome(int exitCode, List<String> out, List<String> err) {}

  static Distribution built() {
    Path target = Path.of("..", "packaging", "target").toAbsolutePath().normalize();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(
            target,
            path ->
                Files.isDirectory(path) && path.getFileName().toString().startsWith("sluice-"))) {
      Iterator<Path> folders = found.iterator();
      if (!folders.hasNext()) {
        throw new IllegalStateException("no distribution in " + target + "; mvn package makes it");
      }
      return new Distribution(folders.next());
    } catch (IOException e) {
      throw new UncheckedIOException("looking for the distribution in " + target, e);
    }
  }

  ProcessBuilder command(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(folder.resolve("bin").resolve("sluice").toString());
    words.addAll(List.of(arguments));
    return new ProcessBuilder(words);
  }

  /** Runs a command to its end, in {@code workingFolder}. */
  Outcome run(Path workingFolder, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("sluice-it-out", "");
    Path err = Files.createTempFile("sluice-it-err", "");
    Process process =
        command(arguments)
            .directory(workingFolder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(List.of(arguments) + " runs on");
      }
      return new Outcome(
          process.exitValue(),
          Files.readAllLines(out, StandardCharsets.UTF_8),
          Files.readAllLines(err, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }
}
