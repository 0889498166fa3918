package dev.sluice.proxy.auth.hba;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL manual, "User Name Maps". */
class UserNameMapsTest {
  @TempDir private Path folder = Path.of("");
  private HbaFixture files = new HbaFixture(folder);

  @BeforeEach
  void inFolder() {
    files = new HbaFixture(folder);
  }

  private UserNameMaps maps(String content) {
    UserNameMaps.Result result = UserNameMaps.load(files.write("ident.conf", content));
    return assertInstanceOf(UserNameMaps.Loaded.class, result, result::toString).maps();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "root alice | root | alice | true",
        "root alice | root | bob | false",
        "root alice | Root | alice | false",
        "\"john smith\" js | john smith | js | true",
        "root all | root | anybody | true",
        "root \"all\" | root | anybody | false",
        "root \"all\" | root | all | true",
        "root /^app_ | root | app_1 | true",
        "root /^app_ | root | other | false",
        "/^a.*z$ bob | abcz | bob | true",
        "/^a.*z$ bob | abc | bob | false",
        "/^(.*)@example\\.org$ \\1 | carol@example.org | carol | true",
        "/^(.*)@example\\.org$ \\1 | carol@example.com | carol | false",
        "/^(.*)@example\\.org$ \\1 | carol@example.org | dave | false",
        "/^(.*)@example\\.org$ pre_\\1_post | carol@example.org | pre_carol_post | true",
        "/^(.*)@example\\.org$ \\1 | all@example.org | dave | false",
        "root \\1 | root | \\1 | true"
      })
  void mappings(String line, String systemName, String user, boolean allowed) {
    assertEquals(allowed, maps("m " + line).allows("m", systemName, user));
  }

  @Test
  void anyLineOfTheMapWillDo() {
    files.write("more.conf", "m root carol\n");
    UserNameMaps maps =
        maps("# map\nm root alice\nother root eve\nm root \\\nbob\ninclude more.conf\n");
    for (String user : List.of("alice", "bob", "carol")) {
      assertTrue(maps.allows("m", "root", user), user);
    }
    assertFalse(maps.allows("m", "root", "root"));
    assertFalse(maps.allows("m", "root", "eve"));
    assertFalse(maps.allows("missing", "root", "root"));
    assertTrue(maps.has("other"));
    assertFalse(maps.has("missing"));
  }

  @Test
  void withoutAMapNamesAreEqual() {
    assertTrue(UserNameMaps.none().allows(null, "root", "root"));
    assertFalse(UserNameMaps.none().allows(null, "root", "Root"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m | ident.conf:1: the line ends before the system's user name; add it",
        "m root | ident.conf:1: the line ends before the database user; add it",
        "m root alice more | ident.conf:1: there is something behind the database user; write",
        "m a,b alice | ident.conf:1: the system's user name is a list; give one",
        "m root +admins | ident.conf:1: +admins stands for the members of a role, which only",
        "m /^a$ \\1 | ident.conf:1: \\1 stands for a group that /^a$ does not have; put what is",
        "m /( alice | ident.conf:1: the regular expression /( is not valid (missing closing )",
        "include none | ident.conf:1: none does not exist; name a file that does"
      })
  void problems(String content, String expected) {
    UserNameMaps.Result result = UserNameMaps.load(files.write("ident.conf", content));
    List<FileProblem> problems =
        assertInstanceOf(UserNameMaps.Invalid.class, result, result::toString).problems();
    assertEquals(1, problems.size(), problems::toString);
    String problem = problems.getFirst().toString().replace(folder + "/", "");
    assertTrue(problem.startsWith(expected), problem);
  }
}
