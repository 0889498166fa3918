package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.config.Secret;
import dev.sluice.config.load.LoadResult.Invalid;
import dev.sluice.config.load.LoadResult.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret is in anything that is printed, whatever else is wrong with the file. */
class SecretsTest {
  private static final List<String> SECRETS =
      List.of("ldap-secret", "probe-secret", "database-secret");

  @TempDir Path folder = Path.of("");
  private ConfigFiles files = new ConfigFiles(folder);

  @BeforeEach
  void namedFiles() throws IOException {
    files =
        new ConfigFiles(folder)
            .touch("server.crt", "server.key", "ca.crt", "users.txt", "hba.conf", "ident.conf");
    Files.createDirectory(folder.resolve("sockets"));
  }

  private static void assertHidden(LoadResult result, String hint) {
    String printed =
        switch (result) {
          case Invalid(List<Problem> problems) -> problems.toString();
          case Loaded(var config, var uses) ->
              config.toString()
                  + uses
                  + KeyTable.values(config)
                  + KeyTable.databaseValues(config)
                  + KeyTable.userValues(config);
        };
    for (String secret : SECRETS) {
      assertFalse(printed.contains(secret), () -> secret + " is shown: " + printed + hint);
    }
  }

  @Test
  void aSecretDoesNotPrintItself() {
    assertEquals("***", new Secret("x").toString());
    assertEquals(new Secret("x"), new Secret("x"));
  }

  @Test
  void nothingThatIsLoadedShowsThem() {
    assertHidden(files.load(ConfigFiles.resource("every-key.conf")), "");
  }

  @Test
  void wrongKindsOfValuesAreNotRepeated() {
    assertEquals(
        List.of(
            "sluice.conf:3: databases.app.password: is a list; valid is a text",
            "sluice.conf:4: routing.probe.password: is a section; valid is a text",
            "sluice.conf:5: databases.b.nodes[0]: what is written is not valid; valid is"
                + " \"host:port\", \"[IPv6]:port\" or \"unix:/path/of/socket\"",
            "sluice.conf:6: databases.b.passwort: unknown key; the nearest known key is"
                + " databases.b.password",
            "sluice.conf:7: databases.c.\"...\": unknown key; valid is key = value"),
        files.problems(
            ConfigFiles.MINIMUM
                + "databases.app.password = [\"database-secret\"]\n"
                + "routing.probe { user = u, password = { a = \"probe-secret\" } }\n"
                + "databases.b.nodes = [\"postgres://u:database-secret@host/db\"]\n"
                + "databases.b.passwort = \"database-secret\"\n"
                + "databases.c { nodes = [x], password \"database-secret\" tls {} }"));
  }

  @Test
  void aKeyThatHasASecretInItIsNotRepeated() {
    assertEquals(
        List.of("sluice.conf:1: \"...\": unknown key; everything stands in sluice { ... }"),
        files.problemsOf(
            "password \"database-secret\" tls {}\nsluice {\n" + ConfigFiles.MINIMUM + "}"));
  }

  @Test
  void secretsOfTheEnvironmentAreHiddenToo() {
    ConfigFiles withSecret = new ConfigFiles(folder, Map.of("S", "database-secret", "SIZE", "x"));
    assertHidden(
        withSecret.load(
            "sluice { "
                + ConfigFiles.MINIMUM
                + " databases.app { user = u, password = ${S} }, pool.size = ${SIZE} }"),
        "");
  }

  /**
   * Characters of the complete file are removed, added and swapped near its secrets; what the
   * parser and the loader say about it must not repeat them.
   */
  @Test
  void slipsOfThePenDoNotShowThem() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    String full = ConfigFiles.resource("every-key.conf");
    String slips = "{}[]\"=:,#$@\n\\ +!x";
    for (int round = 0; round < 400; round++) {
      StringBuilder text = new StringBuilder(full);
      for (int slip = random.nextInt(3); slip >= 0; slip--) {
        String secret = SECRETS.get(random.nextInt(SECRETS.size()));
        int start = text.indexOf(secret);
        if (start < 0) {
          continue; // the secret itself was hit
        }
        boolean before = random.nextBoolean();
        int at =
            before ? start - 1 - random.nextInt(14) : start + secret.length() + random.nextInt(6);
        if (random.nextBoolean()) {
          text.deleteCharAt(at);
        } else {
          text.insert(at, slips.charAt(random.nextInt(slips.length())));
        }
      }
      assertHidden(files.load(text.toString()), " seed " + seed + " of " + text);
    }
  }
}
