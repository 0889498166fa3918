package dev.sluice.proxy.client;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.sql.NamedStatementUse;
import dev.sluice.protocol.sql.StatementTraits;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.PinReason;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * SQL that names a prepared statement. EXECUTE and DEALLOCATE see the statements of the protocol
 * too: the client's name in the text is replaced by the server's.
 */
final class StatementsInSql {
  private final ClientSession session;
  private BackendSession held;
  private final BackendStatements backendStatements;
  private final RequestWriter out;

  /** The client's name of the statement that a DEALLOCATE under way is for. */
  private @Nullable Bytes deallocating;

  StatementsInSql(
      ClientSession session,
      BackendSession held,
      BackendStatements backendStatements,
      RequestWriter out) {
    this.session = session;
    this.held = held;
    this.backendStatements = backendStatements;
    this.out = out;
  }

  void attach(BackendSession leased) {
    held = leased;
    deallocating = null;
  }

  /** Replaces the name in a simple query, if there is one to replace. */
  void rewriteQuery(ByteBuf in, int i, int length, StatementTraits traits, RequestRelay relay) {
    Statement statement = namedIn(traits);
    NamedStatementUse use = traits.namedStatementUse();
    deallocating = null;
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
    deallocate(use);
  }

  /** Replaces the name in the text of an unnamed Parse, if there is one to replace. */
  void rewriteParse(ByteBuf in, int i, int length, Statement text, RequestRelay relay) {
    Statement statement = namedIn(text.traits());
    NamedStatementUse use = text.traits().namedStatementUse();
    deallocating = null;
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
    deallocate(use);
  }

  /** The statement of the protocol's that a text executes; null if it executes none. */
  @Nullable Statement executedBy(StatementTraits traits) {
    NamedStatementUse use = traits.namedStatementUse();
    return use != null && use.kind() == NamedStatementUse.Kind.EXECUTE ? namedIn(traits) : null;
  }

  /** Whether a text uses a statement that the backend does not hold. */
  boolean toBePrepared(StatementTraits traits) {
    Statement statement = namedIn(traits);
    return statement != null && statement.kept() && !held.prepared().holds(statement);
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
