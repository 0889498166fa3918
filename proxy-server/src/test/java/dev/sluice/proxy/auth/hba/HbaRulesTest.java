package dev.sluice.proxy.auth.hba;

import static dev.sluice.proxy.auth.hba.HbaFixture.line;
import static dev.sluice.proxy.auth.hba.HbaFixture.local;
import static dev.sluice.proxy.auth.hba.HbaFixture.replicating;
import static dev.sluice.proxy.auth.hba.HbaFixture.tcp;
import static dev.sluice.proxy.auth.hba.HbaFixture.tls;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.protocol.startup.Replication;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rule a login meets: PostgreSQL manual, "The pg_hba.conf File". */
class HbaRulesTest {
  @TempDir private Path folder = Path.of("");
  private HbaFixture files = new HbaFixture(folder);

  @BeforeEach
  void inFolder() {
    files = new HbaFixture(folder);
  }

  @Test
  void theFirstThatMatchesDecides() {
    HbaRules rules =
        files.rules(
            """
            # comment
            host app alice 10.0.0.0/8 reject
            host app alice 0.0.0.0/0 trust
            host all all 10.0.0.0/8 md5
            """);
    assertEquals(2, line(rules, tcp("10.1.2.3", "alice", "app")));
    assertEquals(3, line(rules, tcp("11.1.2.3", "alice", "app")));
    assertEquals(4, line(rules, tcp("10.1.2.3", "bob", "app")));
    assertEquals(0, line(rules, tcp("11.1.2.3", "bob", "app")));
    assertEquals(0, line(rules, local("alice", "app")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local      | true  | false | false",
        "host       | false | true  | true",
        "hostssl    | false | false | true",
        "hostnossl  | false | true  | false",
        "hostgssenc | false | false | false",
        "hostnogssenc | false | true | true"
      })
  void connectionTypes(String type, boolean unix, boolean plain, boolean encrypted) {
    String address = type.equals("local") ? "" : "all";
    HbaRules rules = files.rules("%s all all %s trust".formatted(type, address));
    assertEquals(unix ? 1 : 0, line(rules, local("a", "d")));
    assertEquals(plain ? 1 : 0, line(rules, tcp("1.2.3.4", "a", "d")));
    assertEquals(encrypted ? 1 : 0, line(rules, tls("1.2.3.4", "a", "d")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/8 | 10.255.0.1 | true",
        "10.0.0.0/8 | 11.0.0.1 | false",
        "10.1.2.3/32 | 10.1.2.3 | true",
        "10.1.2.3/32 | 10.1.2.2 | false",
        "10.1.2.3/31 | 10.1.2.2 | true",
        "0.0.0.0/0 | 9.9.9.9 | true",
        "0.0.0.0/0 | ::1 | false",
        "::/0 | ::1 | true",
        "::/0 | 9.9.9.9 | false",
        "fe80::/10 | fe80::1 | true",
        "2001:db8::/33 | 2001:db8:8000::1 | false",
        "2001:db8::/33 | 2001:db8:7fff::1 | true",
        "10.0.0.0 255.0.0.0 | 10.9.9.9 | true",
        "10.0.0.0 255.255.0.0 | 10.9.9.9 | false",
        "10.0.0.5 255.0.0.255 | 10.7.7.5 | true",
        "10.0.0.5 255.0.0.255 | 10.7.7.6 | false",
        "::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | ::1 | true",
        "all | 1.1.1.1 | true",
        "all | ::7 | true"
      })
  void addresses(String field, String address, boolean matches) {
    HbaRules rules = files.rules("host all all " + field + " trust");
    assertEquals(matches ? 1 : 0, line(rules, tcp(address, "a", "d")));
  }

  @Test
  void ipv4InTheFormOfIpv6IsIpv4() {
    HbaRules rules = files.rules("host all all 10.0.0.0/8 trust");
    assertEquals(1, line(rules, tcp("::ffff:10.1.1.1", "a", "d")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "db.example.org | true",
        "DB.Example.ORG | true",
        "example.org | false",
        ".example.org | true",
        ".EXAMPLE.org | true",
        ".ple.org | false",
        "other.example.org | false",
        "samehost | false",
        "samenet | false"
      })
  void names(String field, boolean matches) {
    HbaRules rules = files.rules("host all all " + field + " trust");
    NetworkLookup lookup = new HbaFixture.Names(Map.of("10.1.1.1", "db.example.org"));
    assertEquals(matches ? 1 : 0, line(rules, tcp("10.1.1.1", "a", "d"), lookup));
    assertEquals(0, line(rules, tcp("10.1.1.2", "a", "d"), lookup));
  }

  @Test
  void sameHostAndSameNet() {
    HbaRules rules = files.rules("host all all samehost trust\nhost all all samenet trust");
    NetworkLookup lookup = new HbaFixture.Names(Map.of());
    assertEquals(1, line(rules, tcp("192.168.7.9", "a", "d"), lookup));
    assertEquals(2, line(rules, tcp("192.168.7.10", "a", "d"), lookup));
    assertEquals(0, line(rules, tcp("192.168.8.9", "a", "d"), lookup));
  }

  /** Only a rule whose other fields match asks, and only when no earlier one has matched. */
  @Test
  void whatMayBlockIsNotAskedOnTheWay() {
    HbaRules rules =
        files.rules(
            """
            host other all db.example.org trust
            host app bob all trust
            host app all .example.org trust
            host all all all reject
            """);
    assertEquals(2, line(rules, tcp("10.1.1.1", "bob", "app")));
    assertEquals(-1, line(rules, tcp("10.1.1.1", "alice", "app")));
    assertEquals(new HbaRules.Unknown(2), rules.match(tcp("10.1.1.1", "alice", "app")));
    assertEquals(4, line(rules, tcp("10.1.1.1", "alice", "third")));
  }

  @Test
  void theRealNetworkHasThisHost() {
    HbaRules rules = files.rules("host all all samehost trust");
    LoginRequest own = tcp("127.0.0.1", "a", "d");
    HbaRules.Unknown unknown = (HbaRules.Unknown) rules.match(own);
    assertEquals(new HbaRules.Found(rules.all().getFirst()), rules.lookUp(own, unknown));
    assertEquals(new HbaRules.NoRule(), rules.lookUp(tcp("192.0.2.1", "a", "d"), unknown));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "all | u | d | true",
        "\"all\" | u | d | false",
        "\"all\" | u | all | true",
        "d | u | d | true",
        "D | u | d | false",
        "a,b,d | u | d | true",
        "a, b , d | u | b | true",
        "\"my db\",x | u | my db | true",
        "\"say \"\"hi\"\"\" | u | say \"hi\" | true",
        "sameuser | u | u | true",
        "sameuser | u | d | false",
        "\"sameuser\" | u | sameuser | true",
        "replication | u | replication | false",
        "\"replication\" | u | replication | true",
        "/^app_ | u | app_1 | true",
        "/^app_ | u | my_app_1 | false",
        "/pp | u | app_1 | true",
        "\"/^a{1,2}$\" | u | aa | true",
        "\"/^a{1,2}$\" | u | aaa | false",
        "/[[:digit:]]$ | u | app1 | true",
        "/[[:digit:]]$ | u | app: | false"
      })
  void databases(String field, String user, String database, boolean matches) {
    HbaRules rules = files.rules("host " + field.replace(" , ", ",") + " all all trust");
    assertEquals(matches ? 1 : 0, line(rules, tcp("1.1.1.1", user, database)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all | u | true",
        "\"all\" | u | false",
        "\"all\" | all | true",
        "a,u | u | true",
        "\"+u\" | u | false",
        "\"+u\" | +u | true",
        "\"@u\" | @u | true",
        "/^u+$ | uuu | true",
        "/^u+$ | uuux | false",
        "sameuser | u | false"
      })
  void users(String field, String user, boolean matches) {
    HbaRules rules = files.rules("host all " + field + " all trust");
    assertEquals(matches ? 1 : 0, line(rules, tcp("1.1.1.1", user, "d")));
  }

  /** Physical replication has no database: only its own word stands for it. */
  @Test
  void replication() {
    HbaRules rules =
        files.rules(
            """
            host all all all trust
            host /. all all trust
            host d all all trust
            host replication all all trust
            """);
    LoginRequest session = tcp("1.1.1.1", "u", "d");
    assertEquals(1, line(rules, session));
    assertEquals(1, line(rules, replicating(session, Replication.LOGICAL)));
    assertEquals(4, line(rules, replicating(session, Replication.PHYSICAL)));
  }

  /** An expression with a nest of repetitions must not take its time out of the event loop. */
  @Test
  void expressionsTakeLinearTime() {
    HbaRules rules = files.rules("host all /^(a+)+$ all trust");
    assertEquals(0, line(rules, tcp("1.1.1.1", "a".repeat(5_000) + "!", "d")));
  }
}
