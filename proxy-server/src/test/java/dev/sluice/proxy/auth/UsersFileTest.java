package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsersFileTest {
  private static final Path FILE = Path.of("users.txt");
  private static final String VERIFIER =
      "SCRAM-SHA-256$4096:vlzrKLN/lfIXkdsrMfsL8w==$min6GTThlfNjPK09chafxvqYf7BOfPeiKEJ5eyzFk38="
          + ":NOrcO+KX6pCjSSLhvU8CI4wNhSu1vtRofiatmn3OdPo=";

  @Test
  void readsEveryKindOfSecret() {
    UsersFile users =
        users(
            """
            ; the application's users
            "alice" "%s"
            "carol" "md5b402a7c969122b550981664871f15953" ; to be replaced

              "dave"\t"plain ; text"
            "weird ""name""\" "quo""te"
            "nobody" ""
            "j\u00FCrgen" "gr\u00FC\u00DFe"
            """
                .formatted(VERIFIER));

    assertEquals(6, users.size());
    ScramVerifier alice = assertInstanceOf(ScramVerifier.class, secret(users, "alice"));
    assertEquals(4096, alice.iterations());
    assertInstanceOf(Md5Hash.class, secret(users, "carol"));
    assertEquals(PlainText.of("plain ; text"), secret(users, "dave"));
    assertEquals(PlainText.of("quo\"te"), secret(users, "weird \"name\""));
    assertEquals(PlainText.of("gr\u00FC\u00DFe"), secret(users, "j\u00FCrgen"));
    assertTrue(users.contains("nobody"));
    assertEquals(Optional.empty(), users.secret("nobody"));
    assertFalse(users.contains("Alice"), "names are as exact as PostgreSQL's");
    assertEquals(Optional.empty(), users.secret("Alice"));
  }

  @Test
  void lineEndsAndByteOrderMarkAreNoPartOfIt() {
    assertEquals(PlainText.of("x"), secret(users("\uFEFF\"a\" \"x\"\r\n\"b\" \"y\"\r\n"), "a"));
    assertEquals(PlainText.of("y"), secret(users("\"a\" \"x\"\n\"b\" \"y\""), "b"));
    assertEquals(0, users("").size());
    assertEquals(0, UsersFile.empty().size());
  }

  @Test
  void reportsAllProblemsWithTheirLines() {
    String text =
        """
        alice "x1secret"
        "bob" x2secret
        "carol" "x3secret
        "dave""x4secret"
        "erin" "x5secret" "admin"
        "" "x6secret"
        "frank" "SCRAM-SHA-256$x7secret"
        "gina" "MD5B402A7C969122B550981664871F15953"
        "fine" "x8secret"
        "fine" "x9secret"
        "unfinished
        """;
    UsersFile.Invalid invalid =
        assertInstanceOf(UsersFile.Invalid.class, UsersFile.parse(FILE, text.getBytes(UTF_8)));
    List<Integer> lines = invalid.problems().stream().map(UsersFile.Problem::line).toList();
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 10, 11), lines);
    assertEquals(
        "users.txt:10: this user is on line 9 already; keep one of the two",
        invalid.problems().get(8).toString());
    for (UsersFile.Problem problem : invalid.problems()) {
      assertFalse(problem.message().matches("(?s).*x[0-9]secret.*"), problem.message());
      assertTrue(problem.message().contains("; "), () -> problem + " says what would be valid");
    }
  }

  @Test
  void aLineThatIsNotUtf8IsAProblemOfThatLineAlone() {
    byte[] bytes = "\"a\" \"x\"\n\"b\" \"\u00E4\"\n\"c\" y\n".getBytes(ISO_8859_1);
    UsersFile.Invalid invalid =
        assertInstanceOf(UsersFile.Invalid.class, UsersFile.parse(FILE, bytes));
    assertEquals(List.of(2, 3), invalid.problems().stream().map(UsersFile.Problem::line).toList());
  }

  @Test
  void noNulGetsIn() {
    assertInstanceOf(
        UsersFile.Invalid.class, UsersFile.parse(FILE, "\"a\" \"x\0y\"".getBytes(UTF_8)));
    assertInstanceOf(
        UsersFile.Invalid.class, UsersFile.parse(FILE, "\"a\0b\" \"x\"".getBytes(UTF_8)));
  }

  @Test
  void loadsAFileAndSaysWhyItCannot(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("users.txt");
    UsersFile.Invalid missing = assertInstanceOf(UsersFile.Invalid.class, UsersFile.load(file));
    assertEquals(0, missing.problems().getFirst().line());
    assertTrue(missing.problems().getFirst().toString().startsWith(file + ": cannot be read"));

    Files.writeString(file, "\"a\" \"x\"\n");
    assertInstanceOf(UsersFile.Loaded.class, UsersFile.load(file));
  }

  @Test
  void secretsDoNotPrint() {
    UsersFile users =
        users(
            "\"a\" \"hush\"\n\"b\" \"md5b402a7c969122b550981664871f15953\"\n\"c\" \"%s\"\n"
                .formatted(VERIFIER));
    assertEquals("UsersFile[3 users]", users.toString());
    assertFalse(secret(users, "a").toString().contains("hush"));
    assertFalse(secret(users, "b").toString().contains("b402"));
    assertFalse(secret(users, "c").toString().contains("min6"));
    assertFalse(LoginCredentials.withPassword("a", "hush").toString().contains("hush"));
  }

  private static UsersFile users(String text) {
    UsersFile.Result result = UsersFile.parse(FILE, text.getBytes(UTF_8));
    return assertInstanceOf(UsersFile.Loaded.class, result, result::toString).users();
  }

  private static Secret secret(UsersFile users, String user) {
    return users.secret(user).orElseThrow();
  }
}
