package dev.sluice.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SystemUsersTest {
  @Test
  void everyUserOfTheSystemHasItsName() throws IOException {
    for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
      String[] fields = line.split(":", -1);
      // Several names may share a number; the first is its name.
      if (fields.length == 7 && fields[2].matches("\\d+") && !fields[0].startsWith("+")) {
        assertEquals(first(fields[2]), SystemUsers.name(Integer.parseUnsignedInt(fields[2])));
      }
    }
    assertEquals("root", SystemUsers.name(0));
  }

  private static String first(String uid) throws IOException {
    return Files.readAllLines(Path.of("/etc/passwd")).stream()
        .filter(line -> line.split(":", -1).length == 7 && line.split(":", -1)[2].equals(uid))
        .findFirst()
        .orElseThrow()
        .replaceFirst(":.*", "");
  }

  @Test
  void anUnknownNumberHasNone() throws IOException {
    assertNull(SystemUsers.name(Integer.parseUnsignedInt("3999999999")));
  }
}
