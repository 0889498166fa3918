package dev.sluice.protocol.ledger;

/**
 * The codes of a ledger entry: which answer is owed (low four bits) and what becomes of it (bits
 * above). Plain ints, for the ledger is on the path of every message.
 */
public final class Expect {
  /** ReadyForQuery ends it; whatever comes before belongs to it. */
  public static final int QUERY = 1;

  /** ReadyForQuery. */
  public static final int SYNC = 2;

  /** FunctionCallResponse, then ReadyForQuery. */
  public static final int FUNCTION_CALL = 3;

  /** ParseComplete. */
  public static final int PARSE = 4;

  /** BindComplete. */
  public static final int BIND = 5;

  /** CloseComplete. */
  public static final int CLOSE = 6;

  /** RowDescription or NoData, behind a ParameterDescription where a statement was described. */
  public static final int DESCRIBE = 7;

  /** CommandComplete, EmptyQueryResponse or PortalSuspended, behind rows or a COPY. */
  public static final int EXECUTE = 8;

  /** Nothing is owed: the place of a CopyDone or CopyFail among the requests. */
  static final int COPY_END = 9;

  private static final int KIND_MASK = 0x0f;

  /** The answer is not the client's: the proxy asked. */
  public static final int SWALLOW = 0x10;

  /** The client sent Parse, PostgreSQL got Close: its CloseComplete becomes ParseComplete. */
  public static final int AS_PARSE_COMPLETE = 0x20;

  /** Swallowed, and part of carrying settings over: nothing of the client may run if it fails. */
  public static final int CATCH_UP = 0x50;

  /**
   * What was sent in the message's place is refused by PostgreSQL, and the client hears another
   * error: that of the entry's reference, or that the plan has changed.
   */
  public static final int AS_OTHER_ERROR = 0x80;

  private Expect() {}

  public static int kind(int code) {
    return code & KIND_MASK;
  }

  public static boolean swallowed(int code) {
    return (code & SWALLOW) != 0;
  }

  public static boolean catchUp(int code) {
    return (code & CATCH_UP) == CATCH_UP;
  }

  public static boolean asOtherError(int code) {
    return (code & AS_OTHER_ERROR) != 0;
  }

  public static boolean asParseComplete(int code) {
    return (code & AS_PARSE_COMPLETE) != 0;
  }
}
