package dev.sluice.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProcessTerminationTest {
  @TempDir Path folder = Path.of("");

  @Test
  @Timeout(60)
  void aSignalDrainsTheServerAndThenTheProcessExitsWithZero()
      throws IOException, InterruptedException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.conf"),
            "sluice { auth.method = trust, databases.app.nodes = [\"db1:5432\"] }\n");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LatchServer.OwnProcess.class.getName(),
                "serve",
                "-c",
                file.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader err =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = err.readLine();
      while (line != null) {
        lines.add(line);
        if (line.equals("ready, says the server")) {
          process.toHandle().destroy(); // SIGTERM; the process itself would close our end of stderr
        }
        line = err.readLine();
      }
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process goes on");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), lines::toString);
    assertEquals("draining", lines.getLast(), lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.contains("defaults that are not in force")),
        lines::toString);
  }
}
