package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ColumnDescription;
import dev.sluice.protocol.message.ErrorMessage;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command ready to run, and how far its rows have been sent. */
final class Portal {
  private final @Nullable ConsoleCommand command;
  private final List<WireFormat> formats;
  private @Nullable Outcome outcome;
  private int sent;

  /**
   * A portal.
   *
   * @param command null for an empty statement
   * @param formats one per column of the command
   */
  Portal(@Nullable ConsoleCommand command, List<WireFormat> formats) {
    this.command = command;
    this.formats = formats;
  }

  @Nullable ConsoleCommand command() {
    return command;
  }

  /** RowDescription, or NoData for a command without a result. */
  void describe(ByteBuf out) {
    describe(command, formats, out);
  }

  static void describe(@Nullable ConsoleCommand command, List<WireFormat> formats, ByteBuf out) {
    if (command == null || command.columns().isEmpty()) {
      BackendMessages.noData(out);
      return;
    }
    List<ColumnDescription> columns = new ArrayList<>();
    for (Column<?> column : command.columns()) {
      ColumnType type = column.type();
      short format = formats.get(columns.size()).code();
      columns.add(new ColumnDescription(column.name(), type.oid(), (short) type.size(), format));
    }
    BackendMessages.rowDescription(out, columns);
  }

  /** Every column as text. */
  static List<WireFormat> textFormats(@Nullable ConsoleCommand command) {
    return Collections.nCopies(command == null ? 0 : command.columns().size(), WireFormat.TEXT);
  }

  /**
   * Runs the command if it has not run yet, and writes rows, at most {@code maxRows} of them when
   * that is above 0. As in PostgreSQL it is suspended when it wrote as many as it may, even if no
   * more follow.
   */
  void execute(CommandContext context, int maxRows, ByteBuf out) throws ConsoleException {
    if (command == null) {
      BackendMessages.emptyQuery(out);
      return;
    }
    if (outcome == null) {
      outcome = command.run(context);
      for (ErrorMessage notice : outcome.notices()) {
        BackendMessages.notice(out, notice);
      }
    }
    ResultSet<?> rows = outcome.rows();
    if (rows != null) {
      int left = rows.size() - sent;
      int count = maxRows > 0 ? Math.min(maxRows, left) : left;
      for (int i = 0; i < count; i++) {
        BackendMessages.dataRow(out, rows.encode(sent++, formats));
      }
      if (maxRows > 0 && count == maxRows) {
        BackendMessages.portalSuspended(out);
        return;
      }
    }
    BackendMessages.commandComplete(out, outcome.tag());
  }
}
