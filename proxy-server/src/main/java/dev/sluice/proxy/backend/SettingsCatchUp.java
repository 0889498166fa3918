package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.ServerParameters;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Makes a backend's settings those of a client, ahead of the client's own bytes.
 *
 * <p>Sent as Parse, Bind and Execute without a Sync: should one fail, PostgreSQL skips all that
 * follows, a simple query too, so that no statement of the client runs under settings that are not
 * its own.
 */
@SuppressWarnings("ReferenceEquality") // profiles are shared: the same object mostly means equal
public final class SettingsCatchUp {
  private static final String STATEMENT = "sluice set";
  private static final String SET = "SELECT pg_catalog.set_config($1, $2, false)";

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
    for (String name : ServerParameters.SETTABLE) {
      String believed = client.believes(name);
      String present = session.reported().get(name);
      if (believed != null && present != null && !believed.equals(present)) {
        wanted.put(name, believed);
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
    boolean sent = false;
    for (String name : session.applied().values().keySet()) {
      if (session.reported().get(name) == null && client.settings().get(name) == null) {
        reset(out, backend, name);
        sent = true;
      }
    }
    for (Map.Entry<String, String> setting : wanted.entrySet()) {
      set(out, backend, setting.getKey(), setting.getValue());
      sent = true;
    }
    session.applied(client.settings());
    if (client.base() != session.base() && client.base().equals(session.base())) {
      session.base(client.base());
    }
    return sent;
  }

  private static void set(ByteBuf out, BackendConnection backend, String name, String value) {
    if (!backend.session().setStatementParsed()) {
      FrontendMessages.parse(out, STATEMENT, SET);
      backend
          .ledger()
          .push(
              Expect.PARSE | Expect.CATCH_UP,
              (Undoable) _ -> backend.session().setStatementParsed(false));
      backend.session().setStatementParsed(true);
    }
    FrontendMessages.bindText(out, "", STATEMENT, Arrays.asList(name, value));
    FrontendMessages.execute(out, "", 0);
    backend.ledger().push(Expect.BIND | Expect.CATCH_UP);
    backend.ledger().push(Expect.EXECUTE | Expect.CATCH_UP);
  }

  /** A setting that the client does not have goes back to what the login gave. */
  private static void reset(ByteBuf out, BackendConnection backend, String name) {
    backend.session().forgetUnnamed();
    FrontendMessages.parse(out, "", "RESET " + quoted(name));
    FrontendMessages.bindText(out, "", "", java.util.List.of());
    FrontendMessages.execute(out, "", 0);
    backend.ledger().push(Expect.PARSE | Expect.CATCH_UP);
    backend.ledger().push(Expect.BIND | Expect.CATCH_UP);
    backend.ledger().push(Expect.EXECUTE | Expect.CATCH_UP);
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
