package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.SluiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HOCON: its errors, includes and substitutions. */
class SyntaxTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "password = a@b | 3 | the character @ stands outside quotes; put the value in double"
            + " quotes",
        "password = \"a | 3 | a quoted text ends with its line; close the quote, or use \"\"\" for"
            + " several lines",
        "password = \"\"\"a | 5 | a quoted text has no closing quote; close it",
        "password = \"\\q\" | 3 | a backslash begins no known escape; write \\\\ for a backslash",
        "include other | 3 | an include has no file name; valid is include \"other.conf\"",
        "} } | 3 | a } has no opening {; remove it",
        "pool { | 5 | the file ends inside a section or list; close it with } or ]",
        "peers = [a b} | 3 | a list goes wrong here; valid is [ value, value ]",
        "password \"a\" | 4 | a key has no value; valid is key = value",
        "a = b : c | 3 | something is not expected here; put values with special characters in"
            + " double quotes",
      })
  void anErrorNamesItsLineAndWhatToDo(String text, int line, String expected) {
    assertEquals(
        List.of("sluice.conf:" + line + ": not valid HOCON: " + expected),
        new ConfigFiles(folder).problems(ConfigFiles.MINIMUM + text));
  }

  @Test
  void anErrorOnTheLastLineNamesIt() {
    assertEquals(
        List.of("sluice.conf:1: not valid HOCON: a ${ has no closing }; valid is ${?NAME}"),
        new ConfigFiles(folder).problemsOf("sluice { password = ${a"));
  }

  @Test
  void includesWorkAtAnyDepthAndRelativeToTheirFile() throws IOException {
    Files.createDirectory(folder.resolve("conf.d"));
    ConfigFiles files =
        new ConfigFiles(folder, Map.of("SIZE", "7"))
            .with("conf.d/pool.conf", "size = ${?SIZE}\ninclude \"more.conf\"")
            .with("conf.d/more.conf", "min-size = 3")
            .with("databases.conf", "app.nodes = [x]");
    SluiceConfig config =
        files.config(
            "auth.method = trust\n"
                + "pool { include \"conf.d/pool.conf\" }\n"
                + "databases { include required(file(\"databases.conf\")) }");
    assertEquals(7, config.pool().size());
    assertEquals(3, config.pool().minSize());
    assertEquals(
        "x:5432", Objects.requireNonNull(config.database("app")).nodes().getFirst().toString());
  }

  @Test
  void aProblemInAnIncludedFileNamesThatFile() {
    ConfigFiles files = new ConfigFiles(folder).with("pool.conf", "\n\nsize = none\nmin-siez = 3");
    assertEquals(
        List.of(
            "pool.conf:3: pool.size: \"none\" is not valid; valid is a whole number, 1 or more",
            "pool.conf:4: pool.min-siez: unknown key; the nearest known key is pool.min-size"),
        files.problems(ConfigFiles.MINIMUM + "pool { include \"pool.conf\" }"));
  }

  @Test
  void aSyntaxErrorInAnIncludedFileDoesNotHideTheRest() {
    ConfigFiles files = new ConfigFiles(folder).with("auth.conf", "\nmethod = ]");
    assertEquals(
        List.of(
            "sluice.conf:4: pool.size: 0 is out of range; valid is a whole number, 1 or more",
            "auth.conf:2: not valid HOCON: something is not expected here;"
                + " put values with special characters in double quotes"),
        files.problems("databases.app.nodes = [x]\nauth { include \"auth.conf\" }\npool.size = 0"));
  }

  @Test
  void anIncludeThatCannotBeFollowedIsAProblem() {
    ConfigFiles files = new ConfigFiles(folder).with("again.conf", "include \"again.conf\"");
    assertEquals(
        List.of(
            "sluice.conf:4: include: the included file none.conf does not exist; create it or"
                + " remove the include",
            "sluice.conf:5: include: the included file . is not a file; create it or remove the"
                + " include",
            "sluice.conf:6: include: a resource cannot be included; valid is include"
                + " \"other.conf\"",
            "sluice.conf:7: include: a URL cannot be included; valid is include \"other.conf\"",
            "again.conf:1: include: the file includes itself; remove the include"),
        files
            .problems(
                ConfigFiles.MINIMUM
                    + "# include \"none.conf\"\n"
                    + "include \"none.conf\"\n"
                    + "include \".\"\n"
                    + "include classpath(\"reference.conf\")\n"
                    + "include url(\"http://localhost/x\")\n"
                    + "include \"again.conf\"")
            .stream()
            .map(problem -> problem.replace(folder + " ", ". "))
            .toList());
  }

  @Test
  void whatAMissingIncludeMayHoldIsNotMissed() {
    assertEquals(
        List.of(
            "sluice.conf:3: include: the included file none.conf does not exist; create it or"
                + " remove the include",
            "sluice.conf:4: pool.min-size: min-size 2 is above size 1; valid is up to size"),
        new ConfigFiles(folder)
            .problems(
                "auth.method = md5\ninclude \"none.conf\"\npool { size = 1, min-size = 2 }\n"
                    + "databases.app.like = elsewhere"));
  }

  @Test
  void valuesComeFromTheEnvironment() {
    Map<String, String> environment =
        Map.of("SECRET", "p@ss ${x} \"word\"", "SIZE", "31", "ON", "true", "HOST", "db7");
    SluiceConfig config =
        new ConfigFiles(folder, environment)
            .config(
                "auth.method = trust\n"
                    + "pool.size = ${SIZE}\n"
                    + "log.connections = ${?ON}\n"
                    + "statements { cache-size = 5, cache-size = ${?NOT_SET} }\n"
                    + "databases.app { nodes = [${HOST}\":5433\"], user = u, password = ${?SECRET}"
                    + " }\n"
                    + "databases.b { nodes = [x], user = u, password = ${?NOT_SET} }");
    DatabaseConfig app = Objects.requireNonNull(config.database("app"));
    assertEquals(new Secret("p@ss ${x} \"word\""), app.password());
    assertEquals("db7:5433", app.nodes().getFirst().toString());
    assertEquals(31, config.pool().size());
    assertEquals(5, config.statements().cacheSize());
    assertEquals(true, config.log().connections());
    assertEquals(null, Objects.requireNonNull(config.database("b")).password());
  }

  @Test
  void theProcessesOwnEnvironmentIsNotLookedAt() {
    assertFalse(System.getenv("PATH").isEmpty());
    LoadResult result =
        new ConfigFiles(folder)
            .load(
                "sluice { auth.method = trust, databases.app { nodes = [x], dbname = ${PATH} } }");
    assertInstanceOf(LoadResult.Invalid.class, result);
  }

  @Test
  void aWrongValueFromTheEnvironmentIsReportedWhereItIsUsed() {
    assertEquals(
        List.of(
            "sluice.conf:4: pool.size: \"lots\" is not valid; valid is a whole number, 1 or more"),
        new ConfigFiles(folder, Map.of("SIZE", "lots"))
            .problems(ConfigFiles.MINIMUM + "pool {\nsize = ${SIZE}\n}"));
  }

  @Test
  void everySubstitutionThatNothingProvidesIsReportedAtEveryUse() {
    String wrong =
        " is neither in the environment nor in this file; set it, or write ${?NAME} for a key that"
            + " may be absent";
    assertEquals(
        List.of(
            "sluice.conf:3: pool.size: ${A}" + wrong,
            "sluice.conf:4: pool.min-size: ${A}" + wrong,
            "sluice.conf:5: peers[0]: ${B}" + wrong,
            "sluice.conf:6: drain-timeout: 5 has no unit; valid is a duration such as 500ms, 60s,"
                + " 10m or 1h"),
        new ConfigFiles(folder)
            .problems(
                ConfigFiles.MINIMUM
                    + "pool.size = ${A}\n"
                    + "pool.min-size = ${A}\n"
                    + "peers = [${B}\":1\"]\n"
                    + "drain-timeout = 5"));
  }

  @Test
  void aSubstitutionMayNameAnotherKey() {
    SluiceConfig config =
        new ConfigFiles(folder)
            .config(
                ConfigFiles.MINIMUM
                    + "pool.size = 9, databases.b = ${sluice.databases.app} { pool.min-size ="
                    + " ${sluice.pool.size} }");
    assertEquals(9, Objects.requireNonNull(config.database("b")).pool().minSize());
  }

  @Test
  void aSubstitutionOfItselfIsAProblem() {
    assertEquals(
        List.of("sluice.conf:3: pool.size: ${sluice.pool.size} depends on itself; give it a value"),
        new ConfigFiles(folder)
            .problems(ConfigFiles.MINIMUM + "pool.size = ${sluice.pool.size}").stream()
                .filter(problem -> problem.contains("itself"))
                .toList());
  }
}
