package dev.sluice.proxy.auth.hba;

import static dev.sluice.proxy.auth.hba.HbaFixture.line;
import static dev.sluice.proxy.auth.hba.HbaFixture.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.auth.ldap.LdapOptions;
import dev.sluice.proxy.auth.ldap.LdapSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file may hold, and what is said of one that is wrong. */
class HbaFileTest {
  @TempDir private Path folder = Path.of("");
  private HbaFixture files = new HbaFixture(folder);

  @BeforeEach
  void inFolder() {
    files = new HbaFixture(folder);
  }

  private HbaMethod method(String line) {
    return files.rules(line).all().getFirst().method();
  }

  @Test
  void methods() {
    assertEquals(new HbaMethod.Trust(), method("host all all all trust"));
    assertEquals(new HbaMethod.Reject(), method("host all all all reject"));
    assertEquals(new HbaMethod.Password(), method("host all all all password"));
    assertEquals(new HbaMethod.Md5(), method("host all all all md5"));
    assertEquals(new HbaMethod.ScramSha256(), method("host all all all scram-sha-256"));
    assertEquals(new HbaMethod.Cert(null), method("hostssl all all all cert"));
    assertEquals(new HbaMethod.Peer(null), method("local all all peer"));
    assertEquals(new HbaMethod.Peer(null), method("local all all ident"));
    assertInstanceOf(
        HbaMethod.Ldap.class, method("host all all all ldap ldapserver=h ldapprefix=\"cn=\""));
  }

  @Test
  void clientCertificates() {
    List<HbaRule> rules =
        files
            .rules(
                """
                hostssl all all all trust
                hostssl all all all trust clientcert=verify-ca
                hostssl all all all md5 clientcert=verify-full clientname=CN
                """)
            .all();
    assertEquals(
        List.of(
            new ClientCertificate.NotAsked(),
            new ClientCertificate.Verified(),
            new ClientCertificate.NamesUser(null)),
        rules.stream().map(HbaRule::clientCertificate).toList());
  }

  @Test
  void linesThatGoOnAndComments() {
    HbaRules rules =
        files.rules(
            "# first\r\n\r\n"
                + "host a,\\\n"
                + "  b all \\\n"
                + "all trust # why\r\n\n"
                + " host\tc \"x#y\" all reject");
    assertEquals(2, rules.all().size());
    assertEquals(3, line(rules, tcp("1.1.1.1", "u", "b")));
    assertEquals(7, line(rules, tcp("1.1.1.1", "x#y", "c")));
  }

  @Test
  void filesOfNames() throws IOException {
    Files.createDirectory(folder.resolve("more"));
    files.write("users", "alice # the first\nbob,\"car ol\"\n@more/team\n");
    files.write("more/team", "dave\n@rest");
    files.write("more/rest", "erin");
    HbaRules rules = files.rules("host all zoe,@users all trust");
    for (String user : List.of("zoe", "alice", "bob", "car ol", "dave", "erin")) {
      assertEquals(1, line(rules, tcp("1.1.1.1", user, "d")), user);
    }
    assertEquals(0, line(rules, tcp("1.1.1.1", "frank", "d")));
  }

  @Test
  void includes() throws IOException {
    Files.createDirectory(folder.resolve("dir"));
    files.write("one.conf", "host one all all trust\n");
    files.write("dir/b.conf", "host b all all trust\n");
    files.write("dir/a.conf", "host a all all trust\n");
    files.write("dir/.hidden.conf", "nonsense\n");
    files.write("dir/c.txt", "nonsense\n");
    HbaRules rules =
        files.rules(
            """
            include one.conf
            include_if_exists nothing.conf
            include_if_exists "one.conf"
            include_dir dir
            host last all all trust
            """);
    assertEquals(
        List.of("one.conf:1", "one.conf:1", "dir/a.conf:1", "dir/b.conf:1", "hba.conf:5"),
        rules.all().stream().map(rule -> rule.place().replace(folder + "/", "")).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "hots all all all trust | hba.conf:1: the connection type hots is unknown; valid are local",
        "host,local all all all trust | hba.conf:1: the connection type is a list; give one",
        "host | hba.conf:1: the line ends before the database; add it",
        "host all | hba.conf:1: the line ends before the user; add it",
        "host all all | hba.conf:1: the line ends before the address; add it",
        "local all all | hba.conf:1: the line ends before the authentication method; add it",
        "host all all 10.0.0.0/8 | hba.conf:1: the line ends before the authentication method",
        "host all all 10.0.0.0 trust | hba.conf:1: \"trust\" is not a netmask for 10.0.0.0; write",
        "host all all 10.0.0.0 ffff:: trust | hba.conf:1: \"ffff::\" is not a netmask for 10.0",
        "host all all 10.0.0.0/33 trust | hba.conf:1: the mask length in 10.0.0.0/33 is not a",
        "host all all ::/129 trust | hba.conf:1: the mask length in ::/129 is not a number from 0",
        "host all all 10.0.0.0/x trust | hba.conf:1: the mask length in 10.0.0.0/x is not a",
        "host all all name/8 trust | hba.conf:1: name/8 is not an address and a mask length",
        "host all all 10.0.0 trust | hba.conf:1: \"10.0.0\" is not an address; write",
        "host all all 1.2.3.4.5 trust | hba.conf:1: \"1.2.3.4.5\" is not an address; write",
        "host all all fe80:::1 trust | hba.conf:1: \"fe80:::1\" is not an address; write",
        "host all all a,b trust | hba.conf:1: the address is a list; give one",
        "host all +admins all trust | hba.conf:1: +admins stands for the members of a role, which",
        "host samerole all all trust | hba.conf:1: samerole asks for the members of a role, which",
        "host samegroup all all trust | hba.conf:1: samegroup asks for the members of a role",
        "host all all all gss | hba.conf:1: the method gss is not available in Sluice; valid are",
        "host all all all sspi | hba.conf:1: the method sspi is not available in Sluice; valid",
        "host all all all ident | hba.conf:1: the method ident is not available in Sluice; valid",
        "host all all all pam | hba.conf:1: the method pam is not available in Sluice; valid are",
        "host all all all radius | hba.conf:1: the method radius is not available in Sluice",
        "host all all all bsd | hba.conf:1: the method bsd is not available in Sluice; valid are",
        "host all all all oauth | hba.conf:1: the method oauth is not available in Sluice; valid",
        "host all all all Trust | hba.conf:1: the method Trust is unknown; valid are trust",
        "host all all all cert | hba.conf:1: method cert needs TLS; write hostssl instead of host",
        "host all all all peer | hba.conf:1: method peer is for the Unix socket; write local",
        "host all all all trust x | hba.conf:1: \"x\" is not an option; write name=value",
        "host all all all trust x=1 | hba.conf:1: the option x is unknown or not one of method",
        "local all all peer map=a map=b | hba.conf:1: the option map is given twice; keep one",
        "local all all peer map=a | hba.conf:1: the user name map a is not defined, so nobody",
        "host all all all trust clientcert=verify-ca | hba.conf:1: the option clientcert is",
        "hostssl all all all trust clientcert=1 | hba.conf:1: clientcert=1 is not valid; write",
        "hostssl all all all cert clientname=DN | hba.conf:1: clientname=DN is not available",
        "host all /( all trust | hba.conf:1: the regular expression /( is not valid (missing",
        "host all /(a)\\1 all trust | hba.conf:1: the regular expression /(a)\\1 is not valid",
        "host all /\\bx all trust | hba.conf:1: \\b has another meaning in PostgreSQL; write",
        "host all \"a all trust | hba.conf:1: a quote is not closed; add the second \"",
        "host all @none all trust | hba.conf:1: none does not exist; name a file that does",
        "include none | hba.conf:1: none does not exist; name a file that does",
        "include a b | hba.conf:1: include takes one name; write it behind, in quotes",
        "include_dir none | hba.conf:1: none cannot be read (NoSuchFileException); name a",
        "include hba.conf | hba.conf:1: hba.conf is included more than 10 files deep; does it",
        "host all @hba.conf all trust | hba.conf:1: hba.conf is included more than 10 files deep",
        "# nothing | hba.conf: has no rule, so nobody could log in; write at least one",
        "host all all all ldap | hba.conf:1: method ldap names no server; give ldapurl or",
        "host all all all ldap ldapserver=h | hba.conf:1: nothing says where the users are; set",
        "host all all all ldap ldapprefix=h | hba.conf:1: no LDAP server is named; set ldapurl or",
        "host all all all ldap ldapserver=h ldapprefix=a ldapbasedn=b | hba.conf:1: simple bind"
            + " and",
        "host all all all ldap ldapserver=h ldapbasedn=b ldapport=0 | hba.conf:1: ldapport=0 is",
        "host all all all ldap ldapserver=h ldapbasedn=b ldaptls=2 | hba.conf:1: ldaptls=2 is not",
        "host all all all ldap ldapserver=h ldapbasedn=b ldapscheme=x | hba.conf:1: ldapscheme=x",
        "host all all all ldap ldapserver=h ldapbasedn=b ldapbinddn=c | hba.conf:1: ldapbinddn has",
        "host all all all ldap ldapserver=h ldapbasedn=b ldapsearchfilter=(uid=x) | hba.conf:1:"
            + " ldapsearchfilter does not ask for the user; write $username",
        "host all all all ldap ldapurl=http://h/b | hba.conf:1: ldapurl",
        "host all all all ldap ldapurl=ldap://h/dc=b ldapserver=x | hba.conf:1: ldapurl says what"
            + " ldapserver and ldapbasedn say"
      })
  void problems(String content, String expected) {
    List<String> problems = files.problems(content);
    assertEquals(1, problems.size(), problems::toString);
    String problem = problems.getFirst().replace(folder + "/", "");
    assertTrue(problem.startsWith(expected), problem);
  }

  @Test
  void allProblemsOfAllFilesAreSaidWithTheirLines() {
    files.write("more.conf", "host all all all trust\nhost all all\n");
    assertEquals(
        List.of("hba.conf:2", "hba.conf:4", "more.conf:2"),
        files
            .problems(
                """
                host all all all trust
                host all +role all trust
                include more.conf
                host all all all kerberos
                """)
            .stream()
            .map(problem -> problem.substring(0, problem.indexOf(": ")))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.conf", "."})
  void filesThatCannotBeRead(String name) {
    HbaFile.Result result = HbaFile.load(folder.resolve(name), UserNameMaps.none(), null);
    assertEquals(0, assertInstanceOf(HbaFile.Invalid.class, result).problems().getFirst().line());
  }

  @Test
  void whatIsNotUtf8IsSaid() throws IOException {
    Path file = Files.write(folder.resolve("latin1"), new byte[] {'#', (byte) 0xe4});
    HbaFile.Result result = HbaFile.load(file, UserNameMaps.none(), null);
    assertTrue(result.toString().contains("is not UTF-8"), result::toString);
  }

  @Test
  void aRuleWithoutOptionsOfLdapUsesTheConfigurations() throws Exception {
    LdapSettings settings =
        LdapSettings.of(
            new LdapOptions(
                "ldap://h/dc=b", null, 0, false, false, null, null, null, null, null, null, null),
            "");
    Path file = files.write("hba.conf", "host all all all ldap");
    HbaFile.Result result = HbaFile.load(file, UserNameMaps.none(), settings);
    assertEquals(
        new HbaMethod.Ldap(settings),
        assertInstanceOf(HbaFile.Loaded.class, result).rules().all().getFirst().method());
  }

  /** As when the file of maps is broken and has been reported itself. */
  @Test
  void mapsThatAreNotKnownAreNotMissed() {
    Path file = files.write("hba.conf", "local all all peer map=any");
    assertInstanceOf(HbaFile.Loaded.class, HbaFile.load(file, null, null));
  }
}
