package dev.sluice.quickstart;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LauncherTest {

  /** A failed case is in the message that {@link Command} throws. */
  @Test
  void findsAJavaAndSaysWhatIsMissing() {
    Path module = Path.of("").toAbsolutePath();
    Command.run(
        List.of(
            "sh",
            module.resolve("src/test/sh/launcher-test.sh").toString(),
            module.resolve("src/main/distribution").toString()));
  }
}
