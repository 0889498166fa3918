package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code SHOW table [column, ...]}. */
record ShowTable<R>(ConsoleTable<R> table, List<Column<R>> columns) implements ConsoleCommand {

  static <R> ShowTable<R> parse(ConsoleTable<R> table, TokenReader in) throws ConsoleException {
    if (in.peek().endsStatement()) {
      return new ShowTable<>(table, table.columns());
    }
    List<Column<R>> columns = new ArrayList<>();
    do {
      columns.add(column(table, in.expectName()));
    } while (in.acceptSymbol(","));
    return new ShowTable<>(table, List.copyOf(columns));
  }

  private static <R> Column<R> column(ConsoleTable<R> table, String name) throws ConsoleException {
    for (Column<R> column : table.columns()) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    throw ConsoleErrors.error(
        SqlState.UNDEFINED_COLUMN,
        "column \"" + name + "\" does not exist",
        table.columns().stream()
            .map(Column::name)
            .collect(Collectors.joining(", ", "Columns: ", ".")));
  }

  @Override
  public Outcome run(CommandContext context) {
    return Outcome.rows(new ResultSet<>(columns, table.rows(context)), "SHOW");
  }
}
