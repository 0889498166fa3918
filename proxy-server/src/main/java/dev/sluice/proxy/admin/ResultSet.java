package dev.sluice.proxy.admin;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that no longer change and the columns that are shown of them. */
record ResultSet<R>(List<Column<R>> columns, List<R> rows) {

  int size() {
    return rows.size();
  }

  /**
   * The values of one row.
   *
   * @param formats one per column
   */
  List<byte @Nullable []> encode(int row, List<WireFormat> formats) {
    List<byte @Nullable []> values = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      values.add(columns.get(i).encode(rows.get(row), formats.get(i)));
    }
    return values;
  }
}
