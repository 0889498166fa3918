package dev.sluice.proxy.client;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.sql.NamedStatementUse;
import dev.sluice.protocol.sql.SessionEffects;
import dev.sluice.protocol.sql.StatementTraits;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.MovedText;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.PinReason;
import dev.sluice.proxy.session.SqlPrepare;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * SQL that names a prepared statement. EXECUTE and DEALLOCATE see the statements of the protocol
 * too: the client's name in the text is replaced by the server's. So is that of a PREPARE, where
 * {@code session.prepare = track}.
 */
final class StatementsInSql {
  /** Their own names are there now: PostgreSQL is asked for how long. */
  private static final SessionEffects UNTRACKED =
      new SessionEffects(SessionEffects.PREPARES, List.of());

  private final ClientSession session;
  private BackendSession held;
  private final BackendStatements backendStatements;
  private final RequestWriter out;

  private final @Nullable Function<Bytes, Statement> tracked;

  /** The client's name of the statement that a DEALLOCATE under way is for. */
  private @Nullable Bytes deallocating;

  /** What a PREPARE under way gives the client. */
  private @Nullable Prepared preparing;

  private record Prepared(Bytes name, Statement statement) {}

  /** How the text that was handled last differs from the client's; null if it does not. */
  private @Nullable MovedText moved;

  /**
   * @param tracked makes a statement of a {@link SqlPrepare}'s body; null if SQL's PREPARE is not
   *     tracked
   */
  StatementsInSql(
      ClientSession session,
      BackendSession held,
      BackendStatements backendStatements,
      RequestWriter out,
      @Nullable Function<Bytes, Statement> tracked) {
    this.tracked = tracked;
    this.session = session;
    this.held = held;
    this.backendStatements = backendStatements;
    this.out = out;
  }

  void attach(BackendSession leased) {
    held = leased;
    deallocating = null;
    preparing = null;
  }

  /** Replaces the name in a simple query, if there is one to replace. */
  void rewriteQuery(ByteBuf in, int i, int length, StatementTraits traits, RequestRelay relay) {
    if (namesOutOfReach(traits) && !relay.inFailedBlock()) {
      relay.cut(in, i);
      backendStatements.untrack(Expect.CATCH_UP);
      relay.putAhead();
      relay.sent(StatementTraits.LEAVES_STATE, UNTRACKED, () -> "");
    }
    Statement statement = namedIn(traits);
    NamedStatementUse use = traits.namedStatementUse();
    deallocating = null;
    preparing = null;
    moved = null;
    if (use != null && use.kind() == NamedStatementUse.Kind.PREPARE) {
      if (!relay.inFailedBlock()) {
        int start = i + Frames.HEADER;
        prepare(in, i, FrontendType.QUERY, start, i + length - start, use, relay);
      }
      return;
    }
    if (statement == null || use == null) {
      return;
    }
    if (toBePrepared(traits) && relay.inFailedBlock()) {
      return; // PostgreSQL refuses the query, whatever it names
    }
    relay.cut(in, i);
    // A query behind a Parse that fails is skipped: that is for the client to hear, not to be run.
    backendStatements.ensurePrepared(statement, Expect.CATCH_UP);
    relay.putAhead();
    ByteBuf message = out.own();
    byte[] serverName = quoted(statement);
    message.writeByte(FrontendType.QUERY);
    message.writeInt(length - use.length() + serverName.length);
    int textStart = i + Frames.HEADER;
    message.writeBytes(in, textStart, use.offset()).writeBytes(serverName);
    relay.replaced(textStart + use.offset() + use.length());
    moved = moved(in, textStart, use, statement);
    deallocate(use);
  }

  /** Replaces the name in the text of an unnamed Parse, if there is one to replace. */
  void rewriteParse(ByteBuf in, int i, int length, Statement text, RequestRelay relay) {
    if (namesOutOfReach(text.traits()) && !relay.inFailedBlock()) {
      relay.cut(in, i);
      backendStatements.untrack(Expect.SWALLOW);
      relay.sent(StatementTraits.LEAVES_STATE, UNTRACKED, () -> "");
    }
    Statement statement = namedIn(text.traits());
    NamedStatementUse use = text.traits().namedStatementUse();
    deallocating = null;
    preparing = null;
    moved = null;
    if (use != null && use.kind() == NamedStatementUse.Kind.PREPARE) {
      int start = i + Frames.HEADER + 1;
      int end = in.indexOf(start, Math.min(in.writerIndex(), i + 1 + length), (byte) 0);
      if (end >= 0) {
        prepare(in, i, FrontendType.PARSE, start, end - start, use, relay);
      }
      return;
    }
    if (statement == null || use == null) {
      return;
    }
    relay.cut(in, i);
    backendStatements.ensurePrepared(statement, Expect.SWALLOW);
    ByteBuf message = out.own();
    byte[] serverName = quoted(statement);
    message.writeByte(FrontendType.PARSE);
    message.writeInt(length - use.length() + serverName.length);
    int textStart = i + Frames.HEADER + 1;
    message.writeByte(0);
    message.writeBytes(in, textStart, use.offset()).writeBytes(serverName);
    relay.replaced(textStart + use.offset() + use.length());
    moved = moved(in, textStart, use, statement);
    deallocate(use);
  }

  /** Tracked statements may be named in it, in one of several commands or in code. */
  boolean namesOutOfReach(StatementTraits traits) {
    return tracked != null
        && ((traits.any(StatementTraits.MULTIPLE) && traits.any(StatementTraits.CHANGES_STATEMENTS))
            || traits.effects().any(SessionEffects.RUNS_CODE))
        && !session.namesBySql().isEmpty();
  }

  /**
   * PREPARE. A name that the client has already is made to exist on the server, so that PostgreSQL
   * refuses it; if it is tracked, the server knows the statement by a name of Sluice's.
   */
  private void prepare(
      ByteBuf in,
      int i,
      byte type,
      int textStart,
      int textLength,
      NamedStatementUse use,
      RequestRelay relay) {
    Bytes name = Bytes.of(use.name().getBytes(StandardCharsets.UTF_8));
    if (session.named(name) != null) {
      relay.cut(in, i);
      backendStatements.takeName(use.name());
      return;
    }
    if (tracked == null
        || use.body() < 0
        || textLength > StatementRewriter.MAX_KEPT
        || session.namedCount() >= ClientSession.MAX_NAMED_STATEMENTS) {
      return; // it pins
    }
    byte[] text = new byte[textLength];
    in.getBytes(textStart, text);
    Statement statement =
        tracked.apply(Bytes.of(SqlPrepare.body(text, use.offset(), use.length(), use.body())));
    relay.cut(in, i);
    backendStatements.makeRoomFor(statement);
    byte[] serverName = quoted(statement);
    ByteBuf message = out.own();
    message.writeByte(type);
    message.writeInt(in.getInt(i + 1) - use.length() + serverName.length);
    message.writeBytes(in, i + Frames.HEADER, textStart + use.offset() - i - Frames.HEADER);
    message.writeBytes(serverName);
    relay.replaced(textStart + use.offset() + use.length());
    moved = moved(in, textStart, use, statement);
    preparing = new Prepared(name, statement);
  }

  @Nullable MovedText moved() {
    return moved;
  }

  private static MovedText moved(
      ByteBuf in, int textStart, NamedStatementUse use, Statement statement) {
    int before = characters(in, textStart, use.offset());
    int name = characters(in, textStart + use.offset(), use.length());
    String given = BackendStatements.text(statement.serverName());
    return new MovedText(use.name(), given, before + 1, given.length() + 2 - name, null);
  }

  /** In UTF-8, or any encoding with one byte for each. */
  private static int characters(ByteBuf in, int index, int bytes) {
    int count = 0;
    for (int i = index; i < index + bytes; i++) {
      count += (in.getByte(i) & 0xC0) == 0x80 ? 0 : 1;
    }
    return count;
  }

  /** The statement of the protocol's that a text executes; null if it executes none. */
  @Nullable Statement executedBy(StatementTraits traits) {
    NamedStatementUse use = traits.namedStatementUse();
    return use != null && use.kind() == NamedStatementUse.Kind.EXECUTE ? namedIn(traits) : null;
  }

  /** Whether a text uses a statement that the backend does not hold. */
  boolean toBePrepared(StatementTraits traits) {
    NamedStatementUse use = traits.namedStatementUse();
    Statement statement = namedIn(traits);
    return statement != null
        && use != null
        && (use.kind() == NamedStatementUse.Kind.PREPARE
            || (statement.kept() && !held.prepared().holds(statement)));
  }

  private @Nullable Statement namedIn(StatementTraits traits) {
    NamedStatementUse use = traits.namedStatementUse();
    return use == null
        ? null
        : session.named(Bytes.of(use.name().getBytes(StandardCharsets.UTF_8)));
  }

  private void deallocate(NamedStatementUse use) {
    if (use.kind() == NamedStatementUse.Kind.DEALLOCATE) {
      deallocating = Bytes.of(use.name().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A command that may have changed the names of statements has succeeded. */
  void commandCompleted(String tag) {
    switch (tag) {
      case "DEALLOCATE ALL" -> {
        session.forgetStatements();
        held.deallocated();
        session.unpinIfNothingIsLarge();
      }
      case "DISCARD ALL" -> {
        session.forgetStatements();
        session.unpinIfNothingIsLarge();
        held.discarded();
        held.markUnasked();
        session.unpin(PinReason.SEQUENCES);
      }
      case "PREPARE" -> {
        Prepared prepared = preparing;
        preparing = null;
        if (prepared != null) {
          session.name(prepared.name(), prepared.statement());
          held.prepared().add(prepared.statement());
        }
      }
      case "DEALLOCATE" -> {
        Bytes name = deallocating;
        deallocating = null;
        Statement gone = name == null ? null : session.forget(name);
        if (gone != null) {
          held.prepared().remove(gone);
          session.unpinIfNothingIsLarge();
        }
      }
      default -> {}
    }
  }

  private static byte[] quoted(Statement statement) {
    return ('"' + BackendStatements.text(statement.serverName()) + '"')
        .getBytes(StandardCharsets.US_ASCII);
  }
}
