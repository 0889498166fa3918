package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.Token.Kind;
import java.util.Set;

/**
 * BEGIN, COMMIT and their kin, which drivers send around every statement when they do not
 * autocommit.
 *
 * @param name of the savepoint; empty for an action without one
 * @param chain whether another block begins at once
 */
record TransactionControl(Action action, String name, boolean chain) implements ConsoleCommand {
  enum Action {
    BEGIN,
    START,
    COMMIT,
    ROLLBACK,
    SAVEPOINT,
    RELEASE,
    ROLLBACK_TO
  }

  private static final Set<String> MODES =
      Set.of(
          "isolation",
          "level",
          "serializable",
          "repeatable",
          "read",
          "committed",
          "uncommitted",
          "write",
          "only",
          "not",
          "deferrable");

  static ConsoleCommand parseBegin(TokenReader in) throws ConsoleException {
    acceptNoise(in);
    skipModes(in);
    return new TransactionControl(Action.BEGIN, "", false);
  }

  static ConsoleCommand parseStart(TokenReader in) throws ConsoleException {
    in.expect("transaction");
    skipModes(in);
    return new TransactionControl(Action.START, "", false);
  }

  static ConsoleCommand parseCommit(TokenReader in) throws ConsoleException {
    acceptNoise(in);
    return new TransactionControl(Action.COMMIT, "", acceptChain(in));
  }

  static ConsoleCommand parseRollback(TokenReader in) throws ConsoleException {
    acceptNoise(in);
    if (in.accept("to")) {
      in.accept("savepoint");
      return new TransactionControl(Action.ROLLBACK_TO, in.expectName(), false);
    }
    return new TransactionControl(Action.ROLLBACK, "", acceptChain(in));
  }

  static ConsoleCommand parseSavepoint(TokenReader in) throws ConsoleException {
    return new TransactionControl(Action.SAVEPOINT, in.expectName(), false);
  }

  static ConsoleCommand parseRelease(TokenReader in) throws ConsoleException {
    in.accept("savepoint");
    return new TransactionControl(Action.RELEASE, in.expectName(), false);
  }

  /** Passes over transaction modes, in any order: the console has none to choose from. */
  static void skipModes(TokenReader in) throws ConsoleException {
    while (!in.peek().endsStatement()) {
      Token token = in.peek();
      boolean mode = token.kind() == Kind.WORD && MODES.contains(token.text());
      if (!mode && !token.isSymbol(",")) {
        throw in.unexpected();
      }
      in.next();
    }
  }

  private static void acceptNoise(TokenReader in) {
    if (!in.accept("work")) {
      in.accept("transaction");
    }
  }

  private static boolean acceptChain(TokenReader in) throws ConsoleException {
    if (!in.accept("and")) {
      return false;
    }
    boolean chain = !in.accept("no");
    in.expect("chain");
    return chain;
  }

  @Override
  public boolean leavesFailedBlock() {
    return switch (action) {
      case COMMIT, ROLLBACK, ROLLBACK_TO -> true;
      case BEGIN, START, SAVEPOINT, RELEASE -> false;
    };
  }

  @Override
  public Outcome run(CommandContext context) throws ConsoleException {
    ConsoleTransaction transaction = context.transaction();
    return switch (action) {
      case BEGIN -> transaction.begin("BEGIN");
      case START -> transaction.begin("START TRANSACTION");
      case COMMIT -> {
        context.objects().closePortals();
        yield transaction.commit(chain);
      }
      case ROLLBACK -> {
        context.objects().closePortals();
        yield transaction.rollback(chain);
      }
      case SAVEPOINT -> transaction.savepoint(name);
      case RELEASE -> transaction.release(name);
      case ROLLBACK_TO -> transaction.rollbackTo(name);
    };
  }
}
