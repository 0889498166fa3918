package dev.sluice.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.process.Distribution.Outcome;
import dev.sluice.it.tls.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the distribution, as scripts use them. */
@Timeout(120)
class CommandLineIT {
  /** Every section there is, as an operator writes it; the same file proves the defaults. */
  private static final Path FULL =
      Path.of("..", "config", "src", "test", "resources")
          .resolve("dev/sluice/config/load/full.conf");

  private final Distribution distribution = Distribution.built();

  @TempDir Path folder = Path.of("");

  private Outcome sluice(String... arguments) throws IOException, InterruptedException {
    return distribution.run(folder, arguments);
  }

  /** The full configuration with the files that it names. */
  private Path full() throws IOException {
    Certificates certificates = Certificates.in(folder);
    certificates.issue("server", certificates.authority("ca"), "localhost");
    Files.writeString(folder.resolve("users.txt"), "");
    return Files.copy(FULL, folder.resolve("sluice.conf"));
  }

  @Test
  void theConfigurationThatIsShippedIsValid() throws Exception {
    Path shipped = distribution.folder().resolve("conf").resolve("sluice.conf");
    assertEquals(
        new Outcome(0, List.of(shipped + ": ok (0 databases and any other)"), List.of()),
        sluice("check", "-c", shipped.toString()));
  }

  @Test
  void aFullConfigurationIsValidAndTellsWhatIsNotThereYet() throws Exception {
    full();
    assertEquals(
        new Outcome(
            0,
            List.of(
                "sluice.conf: ok (4 databases and any other; serve of this version refuses 10 of"
                    + " its keys)"),
            List.of()),
        sluice("check", "-c", "sluice.conf"));
  }

  @Test
  void aServerDoesNotStartWithWhatIsNotThereYet() throws Exception {
    full();
    Outcome outcome = sluice("serve", "-c", "sluice.conf");
    assertEquals(3, outcome.exitCode(), outcome::toString);
    assertEquals(10, outcome.err().size(), outcome::toString);
    assertEquals(
        "sluice.conf:11: http: not available in this version (the HTTP endpoints); remove it or"
            + " set it to its default, null",
        outcome.err().get(1));
  }

  @Test
  void fiveMistakesAreFiveProblemsEachWithItsLine() throws Exception {
    Path file = full();
    String text = Files.readString(file);
    text = mistake(text, "drain-timeout = 60s ", "drain-timeout = 60 ");
    text = mistake(text, "max-connections = 10000", "max-conections = 10000");
    text = mistake(text, "mode = transaction ", "mode = transactions ");
    text = mistake(text, "min-size = 0 ", "min-size = 21 ");
    text = mistake(text, "like = app ", "like = ap ");
    Files.writeString(file, text);
    Outcome outcome = sluice("check", "-c", "sluice.conf");
    assertEquals(3, outcome.exitCode(), outcome::toString);
    assertEquals(List.of(), outcome.out());
    assertEquals(
        List.of(
            "sluice.conf:12: drain-timeout",
            "sluice.conf:19: client.max-conections",
            "sluice.conf:52: pool.mode",
            "sluice.conf:54: pool.min-size",
            "sluice.conf:124: databases.app_reports.like"),
        outcome.err().stream().map(CommandLineIT::place).toList(),
        outcome::toString);
  }

  private static String mistake(String text, String right, String wrong) {
    assertTrue(text.contains(right), right);
    return text.replaceFirst(right, wrong);
  }

  private static String place(String problem) {
    return problem.substring(0, problem.indexOf(": ", problem.indexOf(": ") + 2));
  }

  @Test
  void aPortInUseIsSaidAndEndsTheServer() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Files.writeString(
          folder.resolve("sluice.conf"),
          """
          sluice {
            listen = [{ host = "127.0.0.1", port = %d }]
            auth.method = trust
            databases.app.nodes = ["127.0.0.1:1"]
          }
          """
              .formatted(taken.getLocalPort()));
      Outcome outcome = sluice("serve", "-c", "sluice.conf");
      assertEquals(1, outcome.exitCode(), outcome::toString);
      assertTrue(
          outcome
              .err()
              .getLast()
              .startsWith("sluice: cannot listen on 127.0.0.1:" + taken.getLocalPort()),
          outcome::toString);
    }
  }

  @Test
  void mistakesOfTheUsersFileAreProblemsOfTheConfiguration() throws Exception {
    Files.writeString(folder.resolve("users.txt"), "\"a\" \"b\"\nwhat is this\n");
    Files.writeString(
        folder.resolve("sluice.conf"),
        "sluice { auth.users-file = \"users.txt\", databases.app.nodes = [\"db1:5432\"] }");
    Outcome outcome = sluice("check", "-c", "sluice.conf");
    assertEquals(3, outcome.exitCode(), outcome::toString);
    assertTrue(outcome.err().getFirst().contains("users.txt:2: "), outcome::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "serve"})
  void mistakesOfTheRulesAreAllProblemsOfTheConfiguration(String command) throws Exception {
    Files.writeString(
        folder.resolve("hba.conf"),
        """
        host all all 10.0.0.0/40 trust
        local all all peer
        host all +admins all md5
        host all all all radius radiusservers=r radiussecrets=s
        include more.conf
        """);
    Files.writeString(folder.resolve("more.conf"), "# more\nhost all all samenet peer\n");
    Files.writeString(folder.resolve("ident.conf"), "m root\nm /( alice\n");
    Files.writeString(folder.resolve("users.txt"), "what is this\n");
    Files.writeString(
        folder.resolve("sluice.conf"),
        """
        sluice {
          listen = [{ host = "127.0.0.1", port = 0 }]
          auth {
            method = hba, hba-file = "hba.conf", ident-file = "ident.conf", users-file = "users.txt"
          }
          databases.app.nodes = ["db1:5432"]
        }
        """);
    Outcome outcome = sluice(command, "-c", "sluice.conf");
    assertEquals(3, outcome.exitCode(), outcome::toString);
    assertEquals(
        List.of(
            "users.txt:1",
            "ident.conf:1",
            "ident.conf:2",
            "hba.conf:1",
            "hba.conf:3",
            "hba.conf:4",
            "more.conf:2"),
        outcome.err().stream()
            .map(line -> line.substring(0, line.indexOf(": ")))
            .map(place -> place.substring(place.lastIndexOf('/') + 1))
            .toList(),
        outcome::toString);
  }

  @Test
  void rulesThatNobodyWouldReadAreAProblem() throws Exception {
    Files.writeString(folder.resolve("hba.conf"), "host all all all reject\n");
    Files.writeString(
        folder.resolve("sluice.conf"),
        """
        sluice {
          auth { method = trust, hba-file = "hba.conf", ldap { url = "ldap://h/dc=b" } }
          databases.app.nodes = ["db1:5432"]
        }
        """);
    Outcome outcome = sluice("check", "-c", "sluice.conf");
    assertEquals(3, outcome.exitCode(), outcome::toString);
    assertEquals(
        List.of(
            "auth.hba-file: is not read with this auth.method; set auth.method = hba",
            "auth.ldap: needs passwords in clear text; set auth.method = password, or hba and a"
                + " rule with method ldap"),
        outcome.err());
  }

  @Test
  void mistakesOfCertificateFilesAreProblemsOfTheConfiguration() throws Exception {
    full();
    Files.writeString(folder.resolve("server.key"), "no key");
    Files.writeString(folder.resolve("ca.crt"), "no certificate");
    Outcome outcome = sluice("check", "-c", "sluice.conf");
    assertEquals(3, outcome.exitCode(), outcome::toString);
    assertEquals(
        List.of(
            folder.resolve("server.key") + ": holds no private key in PEM",
            folder.resolve("ca.crt") + ": holds no certificate in PEM"),
        outcome.err(),
        outcome::toString);
  }

  @Test
  void versionAndHelpAreOnStandardOutput() throws Exception {
    Outcome version = sluice("--version");
    assertEquals(0, version.exitCode());
    assertTrue(version.out().getFirst().startsWith("sluice "), version::toString);
    Outcome help = sluice("--help");
    assertEquals(0, help.exitCode());
    assertTrue(help.out().toString().contains("serve"), help::toString);
    assertEquals(2, sluice("sevre").exitCode());
  }
}
