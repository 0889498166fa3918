package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.session.PinReason;
import dev.sluice.proxy.session.StatementRegistry;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL what a session holds, when a transaction is over that may have changed it. To ask
 * is exact where to reckon is not: savepoints, SET LOCAL over SET, locks taken twice and a try that
 * failed are all in the answer.
 *
 * <p>Sent as Bind and Execute of prepared statements and a Sync, the answers swallowed; names are
 * qualified, operators too, for the client's search_path is in force.
 */
public final class SessionInquiry implements Undoable {
  private static final String ONE_SETTING_NAME = "sluice ask setting";
  private static final String ONE_SETTING = "SELECT pg_catalog.current_setting($1, true)";
  private static final String ALL_SETTINGS_NAME = "sluice ask settings";
  private static final String ALL_SETTINGS =
      "SELECT name, pg_catalog.current_setting(name, true) FROM pg_catalog.pg_settings"
          + " WHERE source OPERATOR(pg_catalog.=) 'session'";
  private static final String STATE_NAME = "sluice ask state";

  /** A client's, but under a name that Sluice gave it and knows. */
  private static final String OWN_SQL_STATEMENT =
      "pg_catalog.starts_with(name, '" + StatementRegistry.SQL_NAMES + "')";

  /**
   * One column for each of {@link #STATES}, asked only if its letter is in the parameter: locks,
   * for one, are not cheap to list. Objects of the temporary schema are found by what depends on
   * it, which is indexed; 2615 is pg_namespace.
   */
  private static final String STATE =
      "SELECT "
          + column(
              "p",
              "SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql AND NOT "
                  + OWN_SQL_STATEMENT)
          + ", "
          + column("l", "SELECT FROM pg_catalog.pg_listening_channels()")
          + ", "
          + column(
              "t",
              "SELECT FROM pg_catalog.pg_depend WHERE refclassid OPERATOR(pg_catalog.=) 2615 AND"
                  + " refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()")
          + ", "
          + column("c", "SELECT FROM pg_catalog.pg_cursors WHERE is_holdable")
          + ", "
          + column(
              "a",
              "SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory'"
                  + " AND pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()");

  /** What can be asked for, in the order of the columns. */
  private static final List<PinReason> STATES =
      List.of(
          PinReason.PREPARE,
          PinReason.LISTEN,
          PinReason.TEMPORARY_TABLES,
          PinReason.HELD_CURSORS,
          PinReason.ADVISORY_LOCKS);

  private static final String LETTERS = "pltca";

  private static final String STATEMENTS_NAME = "sluice ask statements";
  private static final String STATEMENTS =
      "SELECT 's', name, NULL FROM pg_catalog.pg_prepared_statements WHERE NOT from_sql OR "
          + OWN_SQL_STATEMENT;

  /**
   * PostgreSQL does not list a parameter that no library has defined, so their names are looked for
   * in the functions that may set them: {@code set_config('a.b', ...)} and {@code SET a.b}. Objects
   * of users have numbers from 16384 on.
   */
  private static final String FUNCTIONS_NAME = "sluice ask functions";

  private static final String FUNCTIONS =
      "SELECT DISTINCT 'f', pg_catalog.lower(COALESCE(found[1], found[2])), NULL"
          + " FROM pg_catalog.pg_proc AS p,"
          + " LATERAL pg_catalog.regexp_matches("
          + "COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc),"
          + " 'set_config\\s*\\(\\s*''([a-z_][a-z0-9_$]*(?:\\.[a-z0-9_$]+)+)''"
          + "|\\mset\\s+(?:session\\s+)?([a-z_][a-z0-9_$]*(?:\\.[a-z0-9_$]+)+)\\s*(?:=|to\\M)',"
          + " 'gi') AS m(found)"
          + " WHERE p.oid OPERATOR(pg_catalog.>=) 16384 LIMIT 100";

  /**
   * What is to be found out.
   *
   * @param names of settings to ask for, next to the list of all, which lacks some
   * @param statements whether the names of the protocol's prepared statements are asked for
   * @param functions whether the names of parameters that functions set are
   */
  public record Questions(
      Collection<String> names,
      boolean allSettings,
      Set<PinReason> states,
      boolean statements,
      boolean functions) {
    public Questions(Collection<String> names, boolean allSettings, Set<PinReason> states) {
      this(names, allSettings, states, false, false);
    }
  }

  private final BackendConnection backend;
  private final Questions questions;
  private final List<String> names;
  private final boolean utf8;
  private final Map<String, @Nullable String> settings = new LinkedHashMap<>();
  private final EnumSet<PinReason> held = EnumSet.noneOf(PinReason.class);
  private final Set<String> statements = new LinkedHashSet<>();
  private final Set<String> parametersOfFunctions = new LinkedHashSet<>();
  private final Consumer<SessionInquiry> whenAnswered;
  private int next;
  private boolean failed;

  private SessionInquiry(
      BackendConnection backend, Questions questions, Consumer<SessionInquiry> whenAnswered) {
    this.whenAnswered = whenAnswered;
    this.backend = backend;
    this.questions = questions;
    this.names = new ArrayList<>(questions.names());
    this.utf8 = "UTF8".equals(backend.session().reported().get("client_encoding"));
  }

  private static String column(String letter, String query) {
    return "CASE WHEN pg_catalog.strpos($1, '"
        + letter
        + "') OPERATOR(pg_catalog.>) 0 THEN EXISTS("
        + query
        + ") END";
  }

  /** The states that an inquiry can tell of. */
  public static Set<PinReason> states() {
    return EnumSet.copyOf(STATES);
  }

  /**
   * Sends the questions. Belongs to the holder; the backend is quiet.
   *
   * @param whenAnswered told by the holder's executor, before anything that was sent behind the
   *     questions is answered
   */
  public static SessionInquiry send(
      BackendConnection backend, Questions questions, Consumer<SessionInquiry> whenAnswered) {
    SessionInquiry inquiry = new SessionInquiry(backend, questions, whenAnswered);
    ByteBuf out = backend.channel().alloc().ioBuffer(512);
    inquiry.appendTo(out);
    backend.write(out);
    backend.flush();
    return inquiry;
  }

  private void appendTo(ByteBuf out) {
    parseOnce(out);
    for (String name : names) {
      run(out, ONE_SETTING_NAME, List.of(name));
    }
    if (questions.allSettings()) {
      run(out, ALL_SETTINGS_NAME, List.of());
    }
    if (!questions.states().isEmpty()) {
      StringBuilder letters = new StringBuilder();
      for (int i = 0; i < STATES.size(); i++) {
        if (questions.states().contains(STATES.get(i))) {
          letters.append(LETTERS.charAt(i));
        }
      }
      run(out, STATE_NAME, List.of(letters.toString()));
    }
    if (questions.statements()) {
      run(out, STATEMENTS_NAME, List.of());
    }
    if (questions.functions()) {
      run(out, FUNCTIONS_NAME, List.of());
    }
    FrontendMessages.sync(out);
    backend.ledger().push(Expect.SYNC | Expect.SWALLOW, this);
  }

  private void parseOnce(ByteBuf out) {
    if (!backend.session().inquiryParsed()) {
      backend.session().inquiryParsed(true);
      parse(out, ONE_SETTING_NAME, ONE_SETTING);
      parse(out, ALL_SETTINGS_NAME, ALL_SETTINGS);
      parse(out, STATE_NAME, STATE);
    }
    boolean audits = questions.statements() || questions.functions();
    if (audits && !backend.session().auditParsed()) {
      backend.session().auditParsed(true);
      parse(out, STATEMENTS_NAME, STATEMENTS);
      parse(out, FUNCTIONS_NAME, FUNCTIONS);
    }
  }

  private void parse(ByteBuf out, String name, String sql) {
    FrontendMessages.parse(out, name, sql);
    backend.ledger().push(Expect.PARSE | Expect.SWALLOW, this);
  }

  private void run(ByteBuf out, String statement, List<String> values) {
    FrontendMessages.bindText(out, "", statement, values);
    FrontendMessages.execute(out, "", 0);
    backend.ledger().push(Expect.BIND | Expect.SWALLOW, this);
    backend.ledger().push(Expect.EXECUTE | Expect.SWALLOW, this);
  }

  /** What was found out; null if PostgreSQL refused to tell, or what it said cannot be kept. */
  public @Nullable SessionFacts facts() {
    return failed
        ? null
        : new SessionFacts(
            settings,
            questions.allSettings(),
            questions.states(),
            held,
            statements,
            parametersOfFunctions);
  }

  /** A DataRow, whole. */
  void row(ByteBuf body) {
    int columns = body.readUnsignedShort();
    if (columns == 1) {
      settings.put(next < names.size() ? names.get(next++) : "", value(body));
    } else if (columns == 2) {
      String name = value(body);
      settings.put(String.valueOf(name).toLowerCase(Locale.ROOT), value(body));
    } else if (columns == 3) {
      boolean statement = "s".equals(value(body));
      String name = value(body);
      if (name != null) {
        (statement ? statements : parametersOfFunctions).add(name);
      }
    } else {
      for (int i = 0; i < STATES.size(); i++) {
        if ("t".equals(value(body))) {
          held.add(STATES.get(i));
        }
      }
    }
  }

  private @Nullable String value(ByteBuf body) {
    int length = body.readInt();
    if (length < 0) {
      return null;
    }
    String value = body.readString(length, StandardCharsets.UTF_8);
    if (!utf8 && value.chars().anyMatch(c -> c > 0x7f)) {
      // It would have to be carried over in the client's encoding, which is not Sluice's.
      failed = true;
    }
    return value;
  }

  void refused() {
    failed = true;
    // Whichever were parsed, they are parsed again under the same names only after a reset.
    backend.session().markDirty();
  }

  void complete() {
    whenAnswered.accept(this);
  }

  @Override
  public void undo(boolean failedItself) {
    failed = true;
  }
}
