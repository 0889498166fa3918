package dev.sluice.proxy.session;

import dev.sluice.protocol.sql.StatementTraits;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement as Sluice knows it: what a Parse message carried behind the statement's
 * name, and the name under which backends hold it. One object stands for one (text, parameter
 * types, {@link ParseSettings}); clients and backends compare it by identity.
 */
public final class Statement {
  private static final int UNKNOWN_COLUMNS = -1;
  private static final int MAX_SHOWN = 200;

  private final byte @Nullable [] parseBody;
  private final byte[] serverName;
  private final StatementTraits traits;
  private final @Nullable ParseSettings settings;
  private final boolean bySql;

  /** Written by any event loop; a stale read costs no more than a round trip. */
  private volatile boolean parsed;

  private volatile boolean retired;

  /** As {@link #parsed}: every event loop writes the same. */
  private volatile int columns = UNKNOWN_COLUMNS;

  Statement(
      byte @Nullable [] parseBody,
      byte[] serverName,
      StatementTraits traits,
      @Nullable ParseSettings settings) {
    this.parseBody = parseBody;
    this.serverName = serverName;
    this.traits = traits;
    this.settings = settings;
    this.bySql = parseBody != null && SqlPrepare.is(parseBody, parseBody.length);
  }

  /**
   * False for a statement too large to keep: it lives on the backend that has it, and nowhere else.
   */
  public boolean kept() {
    return parseBody != null;
  }

  /**
   * Query text, NUL, number and OIDs of parameter types, as in the Parse message. Not to be
   * changed.
   */
  public byte[] parseBody() {
    if (parseBody == null) {
      throw new IllegalStateException("the statement was too large to keep");
    }
    return parseBody;
  }

  /** Whether it is prepared by SQL, not by a Parse. */
  public boolean bySql() {
    return bySql;
  }

  /** The PREPARE with a name in it, such as the server's. */
  public byte[] prepareCommand(byte[] name) {
    return SqlPrepare.command(parseBody(), name);
  }

  /** Whether it is meant to be parsed under these settings. */
  public boolean isFor(ParseSettings current) {
    return settings == null || settings.equals(current);
  }

  /** The beginning of its text, for people. */
  public String shownText() {
    if (parseBody == null) {
      return "";
    }
    int end = 0;
    while (end < parseBody.length && end < MAX_SHOWN && parseBody[end] != 0) {
      end++;
    }
    return new String(parseBody, 0, end, StandardCharsets.UTF_8);
  }

  /** PostgreSQL has parsed it at least once. */
  public boolean parsed() {
    return parsed;
  }

  public void markParsed() {
    if (!parsed) {
      parsed = true;
    }
  }

  /**
   * A table has changed since it was parsed, so that its result is another: who has it must prepare
   * it anew, and then gets another statement.
   */
  public void retire() {
    retired = true;
  }

  public boolean retired() {
    return retired;
  }

  /** PostgreSQL has told a client how many columns its result has. */
  public void described(int count) {
    if (columns != count) {
      columns = count;
    }
  }

  /** Whether clients were told of so many columns; false if they were told nothing. */
  public boolean wasDescribedWith(int count) {
    return count >= 0 && columns == count;
  }

  /** Without the terminating NUL. Not to be changed. */
  public byte[] serverName() {
    return serverName;
  }

  public StatementTraits traits() {
    return traits;
  }
}
