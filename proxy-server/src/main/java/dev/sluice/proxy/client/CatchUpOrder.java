package dev.sluice.proxy.client;

import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.sql.StatementTraits;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client's first message may go in the same write as the settings that are carried over
 * ahead of it.
 *
 * <p>Settings sent without a Sync begin an implicit transaction, in which what follows then runs. A
 * plain read by the extended protocol does not notice. Others do: VACUUM and its like refuse to
 * run, BEGIN ISOLATION LEVEL comes too late, and a simple query leaves the transaction open
 * (PostgreSQL 18 then says "unexpected state STARTED" to whatever comes next). Those wait until the
 * settings are in force.
 */
final class CatchUpOrder {
  private static final int NOT_PLAIN_READ =
      StatementTraits.MAY_WRITE
          | StatementTraits.COPY
          | StatementTraits.NOT_UNDERSTOOD
          | StatementTraits.MULTIPLE
          | StatementTraits.CHANGES_STATEMENTS
          | StatementTraits.LEAVES_STATE
          | StatementTraits.SETS_REPORTED_ONLY
          | StatementTraits.LOCAL_SETTINGS
          | StatementTraits.BEGINS
          | StatementTraits.COMMITS
          | StatementTraits.ROLLS_BACK;

  private final ClientConnection client;
  private final StatementRewriter statements;

  CatchUpOrder(ClientConnection client, StatementRewriter statements) {
    this.client = client;
    this.statements = statements;
  }

  /** Of a message that is here as far as it must be to be begun with. */
  boolean mayFollow(ByteBuf in, int i, byte type, int length) {
    if (length > RequestRelay.MAX_ANALYSED || client.sessionMode()) {
      return false;
    }
    StatementTraits traits =
        switch (type) {
          case FrontendType.PARSE -> ofParse(in, i, length);
          case FrontendType.BIND -> ofBind(in, i);
          default -> null;
        };
    return traits != null && traits.none(NOT_PLAIN_READ);
  }

  private @Nullable StatementTraits ofParse(ByteBuf in, int i, int length) {
    int textStart = in.indexOf(i + Frames.HEADER, i + 1 + length, (byte) 0) + 1;
    int textEnd = textStart == 0 ? -1 : in.indexOf(textStart, i + 1 + length, (byte) 0);
    return textEnd < 0 ? null : statements.analyse(in, textStart, textEnd - textStart);
  }

  private @Nullable StatementTraits ofBind(ByteBuf in, int i) {
    int nameStart = in.indexOf(i + Frames.HEADER, in.writerIndex(), (byte) 0) + 1;
    int nameEnd = nameStart == 0 ? -1 : in.indexOf(nameStart, in.writerIndex(), (byte) 0);
    if (nameEnd < 0) {
      return null;
    }
    Bytes name = client.loop().name().fill(in, nameStart, nameEnd - nameStart);
    Statement statement =
        nameEnd == nameStart ? client.session().unnamed() : client.session().named(name);
    return statement == null ? null : statement.traits();
  }
}
