package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * The transaction block that a driver believes it is in.
 *
 * <p>Nothing in the console is transactional, but drivers that do not autocommit send BEGIN ahead
 * of everything and then rely on the state that ReadyForQuery reports, so the states are
 * PostgreSQL's.
 */
final class ConsoleTransaction {
  static final int MAX_SAVEPOINTS = 1000;
  private static final String INVALID_SAVEPOINT_SPECIFICATION = "3B001";

  private enum State {
    IDLE(TransactionStatus.IDLE),
    OPEN(TransactionStatus.IN_BLOCK),
    FAILED(TransactionStatus.FAILED_BLOCK);

    private final byte status;

    State(byte status) {
      this.status = status;
    }
  }

  private State state = State.IDLE;
  private final List<String> savepoints = new ArrayList<>();

  /** A {@link TransactionStatus}. */
  byte status() {
    return state.status;
  }

  boolean inBlock() {
    return state != State.IDLE;
  }

  boolean failed() {
    return state == State.FAILED;
  }

  /** A statement ended in an error. */
  void fail() {
    if (state == State.OPEN) {
      state = State.FAILED;
    }
  }

  Outcome begin(String tag) {
    if (state == State.IDLE) {
      state = State.OPEN;
      return Outcome.done(tag);
    }
    return Outcome.withNotice(
        warning(SqlState.ACTIVE_SQL_TRANSACTION, "there is already a transaction in progress"),
        tag);
  }

  /** The tag says ROLLBACK when the block had failed. */
  Outcome commit(boolean chain) throws ConsoleException {
    String tag = failed() ? "ROLLBACK" : "COMMIT";
    return end(tag, chain, "COMMIT");
  }

  Outcome rollback(boolean chain) throws ConsoleException {
    return end("ROLLBACK", chain, "ROLLBACK");
  }

  private Outcome end(String tag, boolean chain, String command) throws ConsoleException {
    if (state == State.IDLE) {
      if (chain) {
        throw outsideBlock(command + " AND CHAIN");
      }
      return Outcome.withNotice(
          warning(SqlState.NO_ACTIVE_SQL_TRANSACTION, "there is no transaction in progress"), tag);
    }
    savepoints.clear();
    state = chain ? State.OPEN : State.IDLE;
    return Outcome.done(tag);
  }

  Outcome savepoint(String name) throws ConsoleException {
    requireBlock("SAVEPOINT");
    if (savepoints.size() == MAX_SAVEPOINTS) {
      throw ConsoleErrors.limit("savepoints", MAX_SAVEPOINTS);
    }
    savepoints.add(name);
    return Outcome.done("SAVEPOINT");
  }

  Outcome release(String name) throws ConsoleException {
    requireBlock("RELEASE SAVEPOINT");
    truncate(find(name));
    return Outcome.done("RELEASE");
  }

  Outcome rollbackTo(String name) throws ConsoleException {
    requireBlock("ROLLBACK TO SAVEPOINT");
    truncate(find(name) + 1);
    state = State.OPEN;
    return Outcome.done("ROLLBACK");
  }

  private int find(String name) throws ConsoleException {
    int index = savepoints.lastIndexOf(name);
    if (index < 0) {
      throw new ConsoleException(
          new ErrorMessage(
              Severity.ERROR,
              INVALID_SAVEPOINT_SPECIFICATION,
              "savepoint \"" + name + "\" does not exist",
              null,
              null));
    }
    return index;
  }

  private void truncate(int size) {
    savepoints.subList(size, savepoints.size()).clear();
  }

  private void requireBlock(String command) throws ConsoleException {
    if (!inBlock()) {
      throw outsideBlock(command);
    }
  }

  private static ConsoleException outsideBlock(String command) {
    return ConsoleErrors.error(
        SqlState.NO_ACTIVE_SQL_TRANSACTION, command + " can only be used in transaction blocks");
  }

  private static ErrorMessage warning(SqlState sqlState, String message) {
    return ErrorMessage.of(Severity.WARNING, sqlState, message);
  }
}
