package dev.sluice.it.differential;

import dev.sluice.it.differential.Transcript.Line;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Authentication;
import dev.sluice.it.wire.BackendMessage.BackendKeyData;
import dev.sluice.it.wire.BackendMessage.Bare;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.Column;
import dev.sluice.it.wire.BackendMessage.CommandComplete;
import dev.sluice.it.wire.BackendMessage.CopyData;
import dev.sluice.it.wire.BackendMessage.CopyResponse;
import dev.sluice.it.wire.BackendMessage.DataRow;
import dev.sluice.it.wire.BackendMessage.EncryptionAnswer;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.BackendMessage.FunctionCallResponse;
import dev.sluice.it.wire.BackendMessage.NegotiateProtocolVersion;
import dev.sluice.it.wire.BackendMessage.NoticeResponse;
import dev.sluice.it.wire.BackendMessage.NotificationResponse;
import dev.sluice.it.wire.BackendMessage.ParameterDescription;
import dev.sluice.it.wire.BackendMessage.ParameterStatus;
import dev.sluice.it.wire.BackendMessage.ReadyForQuery;
import dev.sluice.it.wire.BackendMessage.RowDescription;
import dev.sluice.it.wire.BackendMessage.Unknown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes messages down so that two servers' answers can be compared. Everything that it leaves out
 * or replaces is an allowed difference, and is listed in {@code
 * integration-tests/ALLOWED-DIFFERENCES.md}. One is used for one transcript.
 */
public final class Normaliser {
  /**
   * FirstNormalObjectId of PostgreSQL's transam.h: smaller object ids are the same in every
   * cluster.
   */
  private static final int FIRST_USER_OID = 16384;

  private final List<Line> lines = new ArrayList<>();
  private final TreeSet<String> parameters = new TreeSet<>();
  private final Map<Integer, String> userOids = new HashMap<>();
  private boolean loggingIn;

  /** From here to the next ReadyForQuery the order of ParameterStatus messages does not count. */
  public void loginBegins() {
    loggingIn = true;
  }

  public void note(String text) {
    add(text);
  }

  public void add(List<BackendMessage> messages) {
    messages.forEach(this::add);
  }

  public void add(BackendMessage message) {
    switch (message) {
      case ParameterStatus status when loggingIn -> parameters.add(parameter(status));
      case ParameterStatus status -> add("S " + parameter(status));
      case BackendKeyData key -> add("K with a secret");
      case ReadyForQuery ready -> {
        loginEnds();
        add("Z " + ready.status());
      }
      case Closed closed -> {
        loginEnds();
        add("closed");
      }
      case ErrorResponse error -> add(fields("E", error.fields()));
      case NoticeResponse notice when loggingIn -> {}
      case NoticeResponse notice -> add(fields("N", notice.fields()));
      case NotificationResponse note -> add("A " + note.channel() + " '" + note.payload() + "'");
      case RowDescription row ->
          add("T " + row.columns().stream().map(this::column).collect(Collectors.joining(", ")));
      case ParameterDescription types ->
          add("t " + types.types().stream().map(this::oid).collect(Collectors.joining(", ")));
      case DataRow row ->
          add(
              "D "
                  + row.values().stream()
                      .map(value -> value.map(Object::toString).orElse("NULL"))
                      .collect(Collectors.joining(", ")));
      case CommandComplete complete -> add("C " + complete.command());
      case CopyResponse copy ->
          add(copy.tag() + " format " + copy.format() + ", columns " + copy.columnFormats());
      case CopyData data -> add("d " + data.data());
      case FunctionCallResponse result ->
          add("V " + result.value().map(Object::toString).orElse("NULL"));
      case Authentication request -> add("R " + request.kind());
      case NegotiateProtocolVersion version ->
          add("v " + version.newestMinor() + " " + version.unrecognised());
      case EncryptionAnswer answer -> add("answer " + answer.answer());
      case Bare bare -> add(String.valueOf(bare.tag()));
      case Unknown unknown -> add("unknown " + unknown.tag() + " " + unknown.body());
    }
  }

  public Transcript transcript() {
    loginEnds();
    return new Transcript(lines);
  }

  private void loginEnds() {
    parameters.forEach(parameter -> add("S " + parameter));
    parameters.clear();
    loggingIn = false;
  }

  private static String parameter(ParameterStatus status) {
    return status.name() + "='" + status.value() + "'";
  }

  private void add(String text) {
    lines.add(Line.of(text));
  }

  private void add(Line line) {
    lines.add(line);
  }

  private String column(Column column) {
    return "%s:%s(table %s.%d, size %d, modifier %d, format %d)"
        .formatted(
            column.name(),
            oid(column.type()),
            oid(column.table()),
            column.attribute(),
            column.size(),
            column.modifier(),
            column.format());
  }

  private String oid(int oid) {
    return Integer.compareUnsigned(oid, FIRST_USER_OID) < 0
        ? Integer.toString(oid)
        : userOids.computeIfAbsent(oid, unseen -> "user#" + (userOids.size() + 1));
  }

  private static Line fields(String tag, Map<Character, String> fields) {
    Map<Boolean, String> parts =
        fields.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .collect(
                Collectors.partitioningBy(
                    field -> "DHFLR".indexOf(field.getKey()) >= 0,
                    Collectors.mapping(
                        field -> field.getKey() + "='" + field.getValue() + "'",
                        Collectors.joining(" "))));
    // A failed block refuses whatever comes first: on a backend that lacks a statement, its Parse.
    boolean ofPostgres = fields.containsKey('F') && !"25P02".equals(fields.get('C'));
    return new Line(
        tag + " " + parts.get(false),
        ofPostgres ? Optional.ofNullable(parts.get(true)) : Optional.empty());
  }
}
