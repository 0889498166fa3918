package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.ServerParameters;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Makes a backend's settings those of a client, ahead of the client's own bytes.
 *
 * <p>Sent as Parse, Bind and Execute without a Sync: should one fail, PostgreSQL skips all that
 * follows, a simple query too, so that no statement of the client runs under settings that are not
 * its own.
 *
 * <p>They stand between a BEGIN and a COMMIT, because an Execute of a transaction command ends the
 * implicit transaction that extended-protocol messages begin and that only a Sync would end
 * otherwise. So the client's own messages, in the same write, begin with no transaction open:
 * VACUUM and BEGIN ISOLATION LEVEL work, and a statement that fails does not take the settings
 * back. BEGIN ... COMMIT rather than a single COMMIT, of which PostgreSQL would warn in its log;
 * and an isolation level, because a session's default may be to wait for a safe snapshot.
 */
@SuppressWarnings("ReferenceEquality") // profiles are shared: the same object mostly means equal
public final class SettingsCatchUp {
  private static final String SET_NAME = "sluice set";
  private static final String BEGIN_NAME = "sluice begin";
  private static final String COMMIT_NAME = "sluice commit";
  private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED";
  private static final String SET = "SELECT pg_catalog.set_config($1, $2, false)";

  /** Encoding first: what comes behind it is in the client's. */
  private static final List<String> ORDER =
      Stream.concat(
              Stream.of("client_encoding"),
              ServerParameters.SETTABLE.stream()
                  .filter(name -> !name.equals("client_encoding"))
                  .sorted())
          .toList();

  /** Who the session acts as: set last, and the role behind what resets it. */
  private static final List<String> IDENTITY = List.of("session_authorization", "role");

  /** Reported, and changes with whom the session acts as. */
  private static final String SUPERUSER = "is_superuser";

  private SettingsCatchUp() {}

  /**
   * True if the backend has the client's settings already; two comparisons of references mostly.
   */
  public static boolean notNeeded(BackendSession backend, ClientSession client) {
    return backend.applied() == client.settings() && backend.base() == client.base();
  }

  /**
   * Appends what it takes and enters it in the ledger. From then on the backend counts as set up;
   * if PostgreSQL refuses, the holder hears {@link LeaseHolder#catchUpFailed} and must give the
   * backend up.
   *
   * @return false if nothing had to be sent
   */
  public static boolean append(ByteBuf out, BackendConnection backend, ClientSession client) {
    BackendSession session = backend.session();
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String name : ORDER) {
      String believed = client.believes(name);
      String present = session.reported().get(name);
      if (believed != null && present != null && !believed.equals(present)) {
        wanted.put(name, believed);
        session.awaitReport(name);
      }
    }
    client
        .settings()
        .values()
        .forEach(
            (name, value) -> {
              if (session.reported().get(name) == null
                  && !Objects.equals(session.applied().get(name), value)) {
                wanted.put(name, value);
              }
            });
    List<String> surplus = new ArrayList<>();
    for (String name : session.applied().values().keySet()) {
      if (session.reported().get(name) == null && client.settings().get(name) == null) {
        surplus.add(name);
      }
    }
    boolean sent = !wanted.isEmpty() || !surplus.isEmpty();
    if (sent) {
      begin(out, backend);
      takeRights(out, backend);
      surplus.forEach(name -> reset(out, backend, name));
      wanted.forEach(
          (name, value) -> {
            if (!IDENTITY.contains(name)) {
              run(out, backend, SET_NAME, Arrays.asList(name, value));
            }
          });
      for (String name : IDENTITY) {
        String value = client.settings().get(name);
        if (value != null) {
          session.awaitReport(SUPERUSER);
          run(out, backend, SET_NAME, Arrays.asList(name, value));
        }
      }
      run(out, backend, COMMIT_NAME, List.of());
    }
    session.applied(client.settings());
    if (client.base() != session.base() && client.base().equals(session.base())) {
      session.base(client.base());
    }
    return sent;
  }

  /**
   * Lets something else of Sluice's own run ahead of a simple query, while no transaction is open
   * on the backend.
   *
   * @param inside appends it, with the disposition {@link Expect#CATCH_UP}
   */
  public static void inTransaction(ByteBuf out, BackendConnection backend, Runnable inside) {
    begin(out, backend);
    inside.run();
    run(out, backend, COMMIT_NAME, List.of());
  }

  /**
   * Whoever the session acts as, it is the login's own while settings are carried over: a role may
   * lack the rights to take another's settings back.
   */
  private static void takeRights(ByteBuf out, BackendConnection backend) {
    BackendSession session = backend.session();
    if (session.applied().has("role")) {
      session.awaitReport(SUPERUSER);
      reset(out, backend, "role");
    }
    if (session.applied().has("session_authorization")) {
      session.awaitReport("session_authorization");
      session.awaitReport(SUPERUSER);
      reset(out, backend, "session_authorization");
    }
  }

  /**
   * Nothing but the BEGIN itself is parsed before it runs: to parse a query takes a snapshot, and
   * then the isolation level cannot be changed any more.
   */
  private static void begin(ByteBuf out, BackendConnection backend) {
    BackendSession session = backend.session();
    if (session.catchUpParsed()) {
      run(out, backend, BEGIN_NAME, List.of());
      return;
    }
    session.catchUpParsed(true);
    Undoable forget = _ -> session.catchUpParsed(false);
    FrontendMessages.parse(out, BEGIN_NAME, BEGIN);
    backend.ledger().push(Expect.PARSE | Expect.CATCH_UP, forget);
    run(out, backend, BEGIN_NAME, List.of());
    FrontendMessages.parse(out, SET_NAME, SET);
    FrontendMessages.parse(out, COMMIT_NAME, "COMMIT");
    backend.ledger().push(Expect.PARSE | Expect.CATCH_UP, forget);
    backend.ledger().push(Expect.PARSE | Expect.CATCH_UP, forget);
  }

  private static void run(
      ByteBuf out, BackendConnection backend, String statement, List<String> values) {
    FrontendMessages.bindText(out, "", statement, values);
    FrontendMessages.execute(out, "", 0);
    backend.ledger().push(Expect.BIND | Expect.CATCH_UP);
    backend.ledger().push(Expect.EXECUTE | Expect.CATCH_UP);
  }

  /** A setting that the client does not have goes back to what the login gave. */
  private static void reset(ByteBuf out, BackendConnection backend, String name) {
    backend.session().forgetUnnamed();
    FrontendMessages.parse(out, "", "RESET " + quoted(name));
    backend.ledger().push(Expect.PARSE | Expect.CATCH_UP);
    run(out, backend, "", List.of());
  }

  /** A parameter's name as SQL: each part of {@code extension.name} is an identifier. */
  private static String quoted(String name) {
    StringBuilder sql = new StringBuilder();
    for (String part : name.split("\\.", -1)) {
      sql.append(sql.isEmpty() ? "" : ".")
          .append('"')
          .append(part.replace("\"", "\"\""))
          .append('"');
    }
    return sql.toString();
  }
}
