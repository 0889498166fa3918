package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a client is, and who the proxy is towards PostgreSQL. */
@ExtendWith(PostgresServers.Extension.class)
class AuthenticationIT {
  private static final String NAME = "auth_it";

  private final PostgresServer postgres;
  @TempDir private Path folder = Path.of(".");

  AuthenticationIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private SluiceConf conf(String method) throws IOException {
    Path users = folder.resolve("users.txt");
    Files.writeString(users, "\"" + NAME + "\" \"right password\"\n\"other\" \"other's\"\n");
    return SluiceConf.trusting()
        .with("auth { method = " + method + ", users-file = \"" + users + "\" }");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5", "password"})
  void rightAndWrongPasswords(String method) throws IOException {
    try (TestBed bed = TestBed.start(postgres, NAME, conf(method))) {
      Login right = bed.login().withPassword("right password");
      assertEquals("1", bed.client(right).value("select 1"));
      List<BackendMessage> wrong = refused(bed, bed.login().withPassword("wrong"));
      List<BackendMessage> unknown =
          refused(bed, bed.login().withUser("nobody").withPassword("wrong"));
      ErrorResponse error = Answers.error(wrong);
      assertEquals("28P01", error.sqlState());
      assertEquals("FATAL", error.severity());
      assertEquals(
          wrong.stream().map(BackendMessage::tag).toList(),
          unknown.stream().map(BackendMessage::tag).toList());
      assertEquals(withoutName(error, NAME), withoutName(Answers.error(unknown), "nobody"));
      assertEquals("1", bed.client(right).value("select 1"));
    }
  }

  /**
   * With a password that is right, but for a database that is not there; the name is told only
   * then.
   */
  @Test
  void unknownDatabasesCannotBeProbed() throws IOException {
    try (TestBed bed = TestBed.start(postgres, NAME, conf("scram-sha-256"))) {
      Login nowhere = bed.login().withDatabase("nowhere");
      assertEquals("28P01", Answers.error(refused(bed, nowhere.withPassword("wrong"))).sqlState());
      assertEquals(
          "3D000", Answers.error(refused(bed, nowhere.withPassword("right password"))).sqlState());
    }
  }

  /** Medians of logins by turns; a factor of two is far below what a skipped hash would give. */
  @Test
  void unknownUsersTakeAsLong() throws IOException {
    try (TestBed bed = TestBed.start(postgres, NAME, conf("scram-sha-256"))) {
      List<Long> known = new ArrayList<>();
      List<Long> unknown = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        known.add(timed(bed, bed.login().withPassword("wrong")));
        unknown.add(timed(bed, bed.login().withUser("nobody" + i).withPassword("wrong")));
      }
      long ours = median(known);
      long theirs = median(unknown);
      assertTrue(
          ours < 2 * theirs && theirs < 2 * ours, "known " + ours + " ns, unknown " + theirs);
    }
  }

  @Test
  void eachScramLoginHasANonceOfItsOwn() throws IOException {
    try (TestBed bed = TestBed.start(postgres, NAME, conf("scram-sha-256"))) {
      assertNotEquals(
          refused(bed, bed.login().withPassword("wrong")),
          refused(bed, bed.login().withPassword("wrong")));
    }
  }

  /** A verifier or hash as PostgreSQL keeps it: nobody here knows the password. */
  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5"})
  void whatPostgresKeepsServesTowardsIt(String method) throws IOException {
    try (EmbeddedPostgres server =
        PostgresServers.builder(PostgresServers.NEWEST)
            .superuser("postgres", "super secret")
            .authentication(method)
            .setting("password_encryption", method)
            .start()) {
      Address address = Address.local(server.port());
      Login superuser = Login.of("postgres", "postgres").withPassword("super secret");
      Path users = folder.resolve("kept.txt");
      try (WireClient admin = WireClient.login(address, superuser)) {
        admin.rows("create role app login password 'pass word'");
        String kept = admin.value("select rolpassword from pg_authid where rolname = 'app'");
        Files.writeString(users, "\"app\" \"" + kept + "\"\n");
      }
      SluiceConf conf =
          SluiceConf.trusting()
              .with("auth { method = " + method + ", users-file = \"" + users + "\" }")
              .database("postgres", address.toString(), "");
      Login login = Login.of("app", "postgres").withPassword("pass word");
      try (SluiceServer sluice = SluiceServer.start(conf.text());
          WireClient client = WireClient.login(sluice.address(), login)) {
        assertEquals("app", client.value("select current_user"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trust", "password", "md5", "scram-sha-256"})
  void towardsPostgres(String method) {
    try (EmbeddedPostgres server =
        PostgresServers.builder(PostgresServers.NEWEST)
            .superuser("postgres", "super secret")
            .authentication(method)
            .setting("password_encryption", method.equals("md5") ? "md5" : "scram-sha-256")
            .start()) {
      Address address = Address.local(server.port());
      Login superuser = Login.of("postgres", "postgres").withPassword("super secret");
      try (WireClient admin = WireClient.login(address, superuser)) {
        admin.rows("create role app login password 'pass word'");
      }
      SluiceConf good =
          SluiceConf.trusting()
              .database("postgres", address.toString(), "user = app, password = \"pass word\"");
      try (SluiceServer sluice = SluiceServer.start(good.text());
          WireClient client = WireClient.login(sluice.address(), Login.of("anybody", "postgres"))) {
        assertEquals("app", client.value("select current_user"));
      }
      if (!method.equals("trust")) {
        expectPostgresRefusal(address);
      }
    }
  }

  /** What PostgreSQL says about the proxy's own login reaches the client, but not the password. */
  private static void expectPostgresRefusal(Address address) {
    SluiceConf bad =
        SluiceConf.trusting()
            .database("postgres", address.toString(), "user = app, password = \"not it\"");
    try (SluiceServer sluice = SluiceServer.start(bad.text());
        WireClient client = WireClient.open(sluice.address())) {
      List<BackendMessage> login = client.tryLogin(Login.of("anybody", "postgres"));
      List<BackendMessage> answers =
          login.getLast() instanceof Closed ? login : client.simple("select 1");
      ErrorResponse error = Answers.error(answers);
      assertEquals("28P01", error.sqlState());
      assertTrue(!error.fields().toString().contains("not it"));
    }
  }

  private static List<BackendMessage> refused(TestBed bed, Login login) {
    try (WireClient client = WireClient.open(bed.address())) {
      List<BackendMessage> answers = client.tryLogin(login);
      assertEquals(new Closed(), answers.getLast());
      return answers;
    }
  }

  private static String withoutName(ErrorResponse error, String name) {
    return error.fields().toString().replace(name, "(name)");
  }

  private static long timed(TestBed bed, Login login) {
    long start = System.nanoTime();
    refused(bed, login);
    return System.nanoTime() - start;
  }

  private static long median(List<Long> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
