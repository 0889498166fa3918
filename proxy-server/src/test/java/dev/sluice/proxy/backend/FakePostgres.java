package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.BackendType;
import dev.sluice.protocol.message.ColumnDescription;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model of one PostgreSQL session: bytes in, the bytes of its answers out, the same for the same
 * messages. It keeps the rules that a proxy can get wrong: the namespace of prepared statements,
 * skipping to the next Sync, transaction status, COPY, and that changed parameters are reported
 * just ahead of ReadyForQuery and only if they differ from what was reported last (as PostgreSQL
 * does since 14).
 */
public final class FakePostgres {
  private static final Pattern ROWS = Pattern.compile("ROWS\\((\\d+), (\\d+)\\)");
  private static final Pattern SET = Pattern.compile("SET (\\w+) TO '(.*)'");
  private static final Pattern NAMED =
      Pattern.compile("(EXECUTE|DEALLOCATE) \"?(\\w+)\"?", Pattern.CASE_INSENSITIVE);

  private final ByteBuf in = Unpooled.buffer();
  private final ByteBuf out = Unpooled.buffer();
  private final Map<String, String> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, String> reported = new HashMap<>();
  private Map<String, String> defaults = Map.of();

  /** The settings to go back to; null while there is no transaction, not even an implicit one. */
  private @Nullable Map<String, String> settingsBefore;

  private boolean loggedIn;
  private byte status = TransactionStatus.IDLE;
  private boolean skipping;
  private Copy copy = Copy.NONE;
  private int copied;
  private boolean terminated;
  private @Nullable String refusedValue;

  private enum Copy {
    NONE,
    SIMPLE,
    EXTENDED
  }

  private static final class Portal {
    final String sql;
    final List<String> values;
    int next;

    Portal(String sql, List<String> values) {
      this.sql = sql;
      this.values = values;
    }
  }

  /** An ERROR is what ends a message's execution. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    final transient ErrorMessage error;

    Refused(SqlState state, String message) {
      super(message);
      this.error = ErrorMessage.error(state, message);
    }
  }

  public FakePostgres() {
    settings.put("application_name", "");
    settings.put("client_encoding", "UTF8");
    settings.put("DateStyle", "ISO, MDY");
    settings.put("server_version", "18.0");
    settings.put("standard_conforming_strings", "on");
    settings.put("TimeZone", "UTC");
  }

  /** Takes bytes as they come, in any pieces, and returns what is answered to them. */
  public byte[] receive(byte[] bytes) {
    in.writeBytes(bytes);
    while (!terminated && next()) {
      in.discardReadBytes();
    }
    byte[] answer = ByteBufUtil.getBytes(out);
    out.clear();
    return answer;
  }

  public boolean terminated() {
    return terminated;
  }

  /** From now on no parameter can be set to this value. */
  public void refuse(String value) {
    refusedValue = value;
  }

  private boolean next() {
    int header = loggedIn ? 1 : 0;
    if (in.readableBytes() < header + 4) {
      return false;
    }
    int length = in.getInt(in.readerIndex() + header);
    if (length < 4) {
      throw new AssertionError("a message of length " + length);
    }
    if (in.readableBytes() < header + length) {
      return false;
    }
    byte type = loggedIn ? in.readByte() : 0;
    in.skipBytes(4);
    ByteBuf body = in.readSlice(length - 4);
    if (!loggedIn) {
      login(body);
    } else if (copy != Copy.NONE) {
      copyIn(type);
    } else {
      message(type, body);
    }
    return true;
  }

  private void login(ByteBuf body) {
    body.skipBytes(4);
    while (body.readableBytes() > 1) {
      String name = string(body);
      String value = string(body);
      if (!name.equals("user") && !name.equals("database")) {
        set(name, value);
      }
    }
    defaults = new LinkedHashMap<>(settings);
    loggedIn = true;
    BackendMessages.authenticationOk(out);
    report();
    BackendMessages.backendKeyData(out, 4711, new byte[] {1, 2, 3, 4});
    BackendMessages.readyForQuery(out, status);
  }

  private void message(byte type, ByteBuf body) {
    if (type == FrontendType.TERMINATE) {
      terminated = true;
      return;
    }
    if (skipping && type != FrontendType.SYNC) {
      return;
    }
    if (settingsBefore == null && type != FrontendType.SYNC) {
      settingsBefore = new LinkedHashMap<>(settings);
    }
    switch (type) {
      case FrontendType.QUERY -> query(string(body));
      case FrontendType.SYNC -> {
        skipping = false;
        if (status == TransactionStatus.IDLE) {
          portals.clear();
        }
        ready();
      }
      case FrontendType.FUNCTION_CALL -> {
        out.writeByte(BackendType.FUNCTION_RESULT).writeInt(8).writeInt(-1);
        ready();
      }
      case FrontendType.FLUSH,
          FrontendType.COPY_DATA,
          FrontendType.COPY_DONE,
          FrontendType.COPY_FAIL -> {}
      default -> {
        try {
          extended(type, body);
        } catch (Refused e) {
          failed(e);
          skipping = true;
        }
      }
    }
  }

  private void query(String sql) {
    statements.remove("");
    try {
      boolean any = false;
      for (String one : sql.split(";", -1)) {
        if (!one.isBlank()) {
          any = true;
          run(one.strip(), List.of(), true, 0, null, Copy.SIMPLE);
          if (copy != Copy.NONE) {
            return;
          }
        }
      }
      if (!any) {
        BackendMessages.emptyQuery(out);
      }
    } catch (Refused e) {
      failed(e);
    }
    ready();
  }

  private void extended(byte type, ByteBuf body) throws Refused {
    switch (type) {
      case FrontendType.PARSE -> {
        String name = string(body);
        String sql = string(body);
        if (name.isEmpty()) {
          statements.remove("");
        }
        refuseInFailedBlock(sql);
        if (sql.startsWith("SYNTAX")) {
          throw new Refused(SqlState.SYNTAX_ERROR, "syntax error at or near \"SYNTAX\"");
        }
        if (statements.containsKey(name)) {
          throw new Refused(
              SqlState.DUPLICATE_PREPARED_STATEMENT,
              "prepared statement \"" + name + "\" already exists");
        }
        statements.put(name, sql);
        BackendMessages.parseComplete(out);
      }
      case FrontendType.BIND -> {
        String portal = string(body);
        String sql = statement(string(body));
        refuseInFailedBlock(sql);
        portals.put(portal, new Portal(sql, values(body)));
        BackendMessages.bindComplete(out);
      }
      case FrontendType.DESCRIBE -> {
        boolean statement = body.readByte() == 'S';
        String name = string(body);
        String sql = statement ? statement(name) : portal(name).sql;
        refuseInFailedBlock(sql);
        if (statement) {
          BackendMessages.parameterDescription(out, new int[] {25});
        }
        if (returnsRows(sql)) {
          describeRows();
        } else {
          BackendMessages.noData(out);
        }
      }
      case FrontendType.EXECUTE -> {
        Portal portal = portal(string(body));
        refuseInFailedBlock(portal.sql);
        if (portal.sql.isBlank()) {
          BackendMessages.emptyQuery(out);
        } else {
          run(portal.sql, portal.values, false, body.readInt(), portal, Copy.EXTENDED);
        }
      }
      case FrontendType.CLOSE -> {
        boolean statement = body.readByte() == 'S';
        String name = string(body);
        if (statement) {
          statements.remove(name);
        } else {
          portals.remove(name);
        }
        BackendMessages.closeComplete(out);
      }
      default -> throw new AssertionError("a message of type " + (char) type);
    }
  }

  private void run(
      String sql,
      List<String> values,
      boolean simple,
      int maxRows,
      @Nullable Portal portal,
      Copy protocol)
      throws Refused {
    refuseInFailedBlock(sql);
    String upper = sql.toUpperCase(Locale.ROOT);
    Matcher named = NAMED.matcher(sql);
    if (upper.startsWith("BEGIN")) {
      // The block is the implicit transaction that is under way: what that set is undone with it.
      status = TransactionStatus.IN_BLOCK;
      tag("BEGIN");
    } else if (upper.equals("COMMIT") || upper.equals("ROLLBACK")) {
      boolean commits = upper.equals("COMMIT") && status != TransactionStatus.FAILED_BLOCK;
      endTransaction(commits);
      status = TransactionStatus.IDLE;
      settingsBefore = new LinkedHashMap<>(settings);
      tag(commits ? "COMMIT" : "ROLLBACK");
    } else if (upper.contains("FAIL()")) {
      throw new Refused(SqlState.SYNTAX_ERROR, "as ordered: " + sql);
    } else if (upper.contains("SET_CONFIG($1, $2")) {
      if (values.get(1).equals(refusedValue)) {
        throw new Refused(SqlState.INVALID_PARAMETER_VALUE, "invalid value " + refusedValue);
      }
      set(values.get(0), values.get(1));
      selected(1, 5, simple, 0, null);
    } else if (upper.startsWith("SET ")) {
      Matcher set = SET.matcher(sql);
      if (set.matches()) {
        set(set.group(1), set.group(2));
      }
      tag("SET");
    } else if (upper.equals("RESET ALL")) {
      settings.putAll(defaults);
      tag("RESET");
    } else if (upper.startsWith("RESET ")) {
      String name = known(sql.substring(6).replace("\"", ""));
      settings.put(name, defaults.getOrDefault(name, ""));
      tag("RESET");
    } else if (upper.equals("DISCARD ALL")) {
      statements.clear();
      settings.putAll(defaults);
      tag("DISCARD ALL");
    } else if (upper.equals("DEALLOCATE ALL")) {
      statements.clear();
      tag("DEALLOCATE ALL");
    } else if (named.matches()) {
      String name = named.group(2);
      String text = statement(name);
      if (upper.startsWith("DEALLOCATE")) {
        statements.remove(name);
        tag("DEALLOCATE");
      } else {
        run(text, List.of("x"), simple, 0, null, protocol);
      }
    } else if (upper.startsWith("COPY") && upper.contains("FROM STDIN")) {
      out.writeByte(BackendType.COPY_IN_RESPONSE).writeInt(7).writeByte(0).writeShort(0);
      copy = protocol;
      copied = 0;
    } else if (upper.startsWith("COPY")) {
      out.writeByte(BackendType.COPY_OUT_RESPONSE).writeInt(7).writeByte(0).writeShort(0);
      int[] size = size(upper);
      for (int i = 0; i < size[0]; i++) {
        out.writeByte(BackendType.COPY_DATA).writeInt(4 + size[1]).writeBytes(filler(size[1], i));
      }
      out.writeByte(BackendType.COPY_DONE).writeInt(4);
      tag("COPY " + size[0]);
    } else if (returnsRows(upper)) {
      if (upper.contains("NOTICE()")) {
        BackendMessages.notice(
            out, ErrorMessage.of(Severity.NOTICE, SqlState.WARNING, "a notice from " + sql));
      }
      int[] size = size(upper);
      selected(size[0], size[1], simple, maxRows, portal);
    } else {
      tag("UPDATE 1");
    }
  }

  private void selected(
      int count, int bytes, boolean simple, int maxRows, @Nullable Portal portal) {
    int from = portal == null ? 0 : portal.next;
    int until = maxRows == 0 ? count : Math.min(count, from + maxRows);
    if (simple) {
      describeRows();
    }
    for (int i = from; i < until; i++) {
      BackendMessages.dataRow(out, Arrays.asList(filler(bytes, i), null));
    }
    if (portal != null) {
      portal.next = until;
    }
    if (until < count) {
      BackendMessages.portalSuspended(out);
    } else {
      tag("SELECT " + (until - from));
    }
  }

  private void copyIn(byte type) {
    switch (type) {
      case FrontendType.COPY_DATA -> copied++;
      case FrontendType.SYNC, FrontendType.FLUSH -> {}
      case FrontendType.COPY_DONE -> endCopy(null);
      case FrontendType.COPY_FAIL ->
          endCopy(new Refused(SqlState.QUERY_CANCELED, "COPY from stdin failed"));
      default ->
          endCopy(
              new Refused(
                  SqlState.PROTOCOL_VIOLATION, "unexpected message type during COPY from stdin"));
    }
  }

  private void endCopy(@Nullable Refused refused) {
    boolean simple = copy == Copy.SIMPLE;
    copy = Copy.NONE;
    if (refused == null) {
      tag("COPY " + copied);
    } else {
      failed(refused);
      skipping = !simple;
    }
    if (simple) {
      ready();
    }
  }

  private void failed(Refused refused) {
    if (status == TransactionStatus.IN_BLOCK) {
      status = TransactionStatus.FAILED_BLOCK;
    } else if (status == TransactionStatus.IDLE) {
      endTransaction(false);
    }
    BackendMessages.error(out, refused.error);
  }

  private void refuseInFailedBlock(String sql) throws Refused {
    String upper = sql.toUpperCase(Locale.ROOT);
    if (status == TransactionStatus.FAILED_BLOCK
        && !upper.equals("COMMIT")
        && !upper.equals("ROLLBACK")) {
      throw new Refused(
          SqlState.IN_FAILED_SQL_TRANSACTION,
          "current transaction is aborted, commands ignored until end of transaction block");
    }
  }

  private String statement(String name) throws Refused {
    String sql = statements.get(name);
    if (sql == null) {
      throw new Refused(
          SqlState.INVALID_SQL_STATEMENT_NAME,
          name.isEmpty()
              ? "unnamed prepared statement does not exist"
              : "prepared statement \"" + name + "\" does not exist");
    }
    return sql;
  }

  private Portal portal(String name) throws Refused {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw new Refused(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
    }
    return portal;
  }

  private void set(String name, String value) {
    String normal = value.equals("ISO") ? "ISO, MDY" : value;
    settings.put(known(name), normal);
  }

  private String known(String name) {
    return settings.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
  }

  private void report() {
    settings.forEach(
        (name, value) -> {
          if (!value.equals(reported.put(name, value))) {
            BackendMessages.parameterStatus(out, name, value);
          }
        });
  }

  private void endTransaction(boolean commits) {
    if (!commits && settingsBefore != null) {
      settings.putAll(settingsBefore);
    }
    settingsBefore = null;
  }

  private void ready() {
    if (status == TransactionStatus.IDLE) {
      endTransaction(true);
    }
    report();
    BackendMessages.readyForQuery(out, status);
  }

  private void tag(String tag) {
    BackendMessages.commandComplete(out, tag);
  }

  private void describeRows() {
    BackendMessages.rowDescription(
        out, List.of(ColumnDescription.text("filler"), ColumnDescription.bigint("nothing")));
  }

  private static boolean returnsRows(String sql) {
    return sql.regionMatches(true, 0, "SELECT", 0, 6);
  }

  private static int[] size(String upper) {
    Matcher rows = ROWS.matcher(upper);
    return rows.find()
        ? new int[] {Integer.parseInt(rows.group(1)), Integer.parseInt(rows.group(2))}
        : new int[] {1, 3};
  }

  private static byte[] filler(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + (i + seed) % 26);
    }
    return bytes;
  }

  private static List<String> values(ByteBuf body) {
    body.skipBytes(2 * body.readShort());
    int count = body.readShort();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = body.readInt();
      values.add(length < 0 ? "" : body.readString(length, StandardCharsets.UTF_8));
    }
    return values;
  }

  private static String string(ByteBuf body) {
    int length = body.bytesBefore((byte) 0);
    String value = body.readString(length, StandardCharsets.UTF_8);
    body.skipBytes(1);
    return value;
  }
}
