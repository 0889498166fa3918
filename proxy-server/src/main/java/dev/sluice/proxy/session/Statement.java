package dev.sluice.proxy.session;

import dev.sluice.protocol.sql.StatementTraits;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement as Sluice knows it: what a Parse message carried behind the statement's
 * name, and the name under which backends hold it. One object stands for one (text, parameter
 * types, {@link ParseSettings}); clients and backends compare it by identity.
 */
public final class Statement {
  private final byte @Nullable [] parseBody;
  private final byte[] serverName;
  private final StatementTraits traits;

  /** Written by any event loop; a stale read costs no more than a round trip. */
  private volatile boolean parsed;

  Statement(byte @Nullable [] parseBody, byte[] serverName, StatementTraits traits) {
    this.parseBody = parseBody;
    this.serverName = serverName;
    this.traits = traits;
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

  /** PostgreSQL has parsed it at least once. */
  public boolean parsed() {
    return parsed;
  }

  public void markParsed() {
    if (!parsed) {
      parsed = true;
    }
  }

  /** Without the terminating NUL. Not to be changed. */
  public byte[] serverName() {
    return serverName;
  }

  public StatementTraits traits() {
    return traits;
  }
}
