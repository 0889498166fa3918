package dev.sluice.proxy.admin;

import java.util.List;
import java.util.function.Function;

/**
 * What one SHOW shows. Names, order and types of the columns are what monitoring tools rely on.
 *
 * @param <R> what a row is made of
 * @param source gives the rows, at the moment of the call
 */
record ConsoleTable<R>(
    String name, List<Column<R>> columns, Function<CommandContext, List<R>> source) {

  List<R> rows(CommandContext context) {
    return source.apply(context);
  }
}
