package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parse, Bind, Describe, Execute and Close: PostgreSQL manual, "Extended Query". Their errors end
 * the pipeline up to Sync, which the session sees to.
 */
final class ExtendedQuery {
  private static final byte STATEMENT = 'S';
  private static final byte PORTAL = 'P';

  private final CommandContext context;
  private final CommandGuard guard;

  ExtendedQuery(CommandContext context, CommandGuard guard) {
    this.context = context;
    this.guard = guard;
  }

  void parse(ByteBuf body, ByteBuf out) throws ProtocolViolation, ConsoleException {
    MessageReader in = new MessageReader("Parse", body);
    String name = in.readString();
    String text = in.readString();
    int count = in.readCount();
    List<Integer> parameterTypes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parameterTypes.add(in.readInt());
    }
    in.expectEnd();

    if (name.isEmpty()) {
      // The unnamed statement is replaced even by a Parse that fails.
      context.objects().closeStatement(name);
    }
    List<ConsoleCommand> commands = ConsoleGrammar.parse(text);
    if (commands.size() > 1) {
      throw ConsoleErrors.error(
          SqlState.SYNTAX_ERROR,
          "cannot insert multiple commands into a prepared statement",
          "Send them one by one, or by the simple query protocol.");
    }
    @Nullable ConsoleCommand command = commands.isEmpty() ? null : commands.getFirst();
    guard.requireBlockAllows(command);
    context
        .objects()
        .addStatement(name, new SessionObjects.Statement(command, List.copyOf(parameterTypes)));
    BackendMessages.parseComplete(out);
  }

  void bind(ByteBuf body, ByteBuf out) throws ProtocolViolation, ConsoleException {
    MessageReader in = new MessageReader("Bind", body);
    String portal = in.readString();
    String statementName = in.readString();
    List<Integer> parameterFormats = readFormats(in);
    int parameters = in.readCount();
    for (int i = 0; i < parameters; i++) {
      in.skipValue();
    }
    List<Integer> resultFormats = readFormats(in);
    in.expectEnd();

    SessionObjects.Statement statement = context.objects().statement(statementName);
    if (parameterFormats.size() > 1 && parameterFormats.size() != parameters) {
      throw ConsoleErrors.error(
          SqlState.PROTOCOL_VIOLATION,
          "bind message has "
              + parameterFormats.size()
              + " parameter formats but "
              + parameters
              + " parameters");
    }
    int required = statement.parameterTypes().size();
    if (parameters != required) {
      throw ConsoleErrors.error(
          SqlState.PROTOCOL_VIOLATION,
          "bind message supplies "
              + parameters
              + " parameters, but prepared statement \""
              + statementName
              + "\" requires "
              + required);
    }
    guard.requireBlockAllows(statement.command());
    List<WireFormat> formats = formats(resultFormats, statement.command());
    context.objects().addPortal(portal, new Portal(statement.command(), formats));
    BackendMessages.bindComplete(out);
  }

  void describe(ByteBuf body, ByteBuf out) throws ProtocolViolation, ConsoleException {
    MessageReader in = new MessageReader("Describe", body);
    byte kind = readKind(in);
    String name = in.readString();
    in.expectEnd();
    if (kind == PORTAL) {
      context.objects().portal(name).describe(out);
      return;
    }
    SessionObjects.Statement statement = context.objects().statement(name);
    BackendMessages.parameterDescription(
        out, statement.parameterTypes().stream().mapToInt(Integer::intValue).toArray());
    Portal.describe(statement.command(), Portal.textFormats(statement.command()), out);
  }

  void execute(ByteBuf body, ByteBuf out) throws ProtocolViolation, ConsoleException {
    MessageReader in = new MessageReader("Execute", body);
    String name = in.readString();
    int maxRows = in.readInt();
    in.expectEnd();
    Portal portal = context.objects().portal(name);
    guard.requireBlockAllows(portal.command());
    guard.requireRole(portal.command());
    portal.execute(context, maxRows, out);
  }

  void close(ByteBuf body, ByteBuf out) throws ProtocolViolation, ConsoleException {
    MessageReader in = new MessageReader("Close", body);
    byte kind = readKind(in);
    String name = in.readString();
    in.expectEnd();
    if (kind == PORTAL) {
      context.objects().closePortal(name);
    } else {
      context.objects().closeStatement(name);
    }
    BackendMessages.closeComplete(out);
  }

  private static byte readKind(MessageReader in) throws ProtocolViolation {
    byte kind = in.readByte();
    if (kind != STATEMENT && kind != PORTAL) {
      throw in.violation("has subtype " + kind);
    }
    return kind;
  }

  private static List<Integer> readFormats(MessageReader in) throws ProtocolViolation {
    int count = in.readCount();
    List<Integer> formats = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      formats.add(in.readCount());
    }
    return formats;
  }

  /** One format per column: none given means text, one is for all. */
  private static List<WireFormat> formats(List<Integer> codes, @Nullable ConsoleCommand command)
      throws ConsoleException {
    int columns = command == null ? 0 : command.columns().size();
    List<WireFormat> formats = new ArrayList<>();
    for (int code : codes) {
      formats.add(format(code));
    }
    return switch (formats.size()) {
      case 0 -> Portal.textFormats(command);
      case 1 -> Collections.nCopies(columns, formats.getFirst());
      default -> {
        // A command without a result takes any number, as in PostgreSQL.
        if (columns != 0 && formats.size() != columns) {
          throw ConsoleErrors.error(
              SqlState.PROTOCOL_VIOLATION,
              "bind message has "
                  + formats.size()
                  + " result formats but query has "
                  + columns
                  + " columns");
        }
        yield List.copyOf(formats);
      }
    };
  }

  private static WireFormat format(int code) throws ConsoleException {
    for (WireFormat format : WireFormat.values()) {
      if (format.code() == code) {
        return format;
      }
    }
    throw ConsoleErrors.error(SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: " + code);
  }
}
