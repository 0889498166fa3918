package dev.sluice.proxy.client;

import dev.sluice.proxy.backend.PreparedStatements;
import dev.sluice.proxy.backend.Undoable;
import dev.sluice.proxy.session.Statement;

/**
 * A Parse of a named statement is under way. Sluice's books have it already.
 *
 * @param forget takes it out of the client's
 */
record NamedParse(Statement statement, PreparedStatements prepared, Runnable forget)
    implements Undoable {
  @Override
  public void undo(boolean failed) {
    prepared.remove(statement);
    forget.run();
  }

  @Override
  public void done() {
    statement.markParsed();
  }
}
