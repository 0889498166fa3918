package dev.sluice.proxy.client;

import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.SettingsCatchUp;
import dev.sluice.proxy.backend.Undoable;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolCounters;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a backend hold the statements that a client's next message needs, and no more than it may:
 * Parse and Close messages of Sluice's own, ahead of the client's.
 */
final class BackendStatements {
  private static final String PORTAL = "sluice prepare";

  private BackendConnection backend;
  private BackendSession held;
  private ConversationLedger ledger;
  private final RequestWriter out;
  private final Pool pool;
  private final ClientSession session;
  private final PoolCounters counters;

  BackendStatements(ClientConnection client, BackendConnection backend, RequestWriter out) {
    this.backend = backend;
    this.held = backend.session();
    this.ledger = backend.ledger();
    this.out = out;
    this.pool = client.pool();
    this.session = client.session();
    this.counters = pool.counters(client.loop().index());
  }

  void attach(BackendConnection leased) {
    backend = leased;
    held = leased.session();
    ledger = leased.ledger();
  }

  void ensureUnnamed(ByteBuf in, int i, @Nullable Statement statement, RequestRelay relay) {
    if (statement == null) {
      if (held.mayHaveUnnamed()) {
        // Somebody else's: it must not be found, so that PostgreSQL says 26000.
        relay.cut(in, i);
        closeStatement(out.own(), new byte[0]);
        long sent =
            ledger.push(Expect.CLOSE | Expect.SWALLOW, (Undoable) _ -> held.forgetUnnamed());
        if (sent != ConversationLedger.NOT_OWED) {
          held.unnamedGone();
        }
      }
    } else if (!held.holdsUnnamed(session, statement)) {
      relay.cut(in, i);
      FrontendMessages.parse(out.own(), "", statement.parseBody());
      counters.serverParses++;
      long sent = ledger.push(Expect.PARSE | Expect.SWALLOW, (Undoable) _ -> held.forgetUnnamed());
      if (sent != ConversationLedger.NOT_OWED) {
        held.unnamed(session, statement);
      }
    }
  }

  /**
   * @return the sequence number of the Parse that was sent, or {@link ConversationLedger#NOT_OWED}
   */
  long ensurePrepared(Statement statement, int disposition) {
    if (held.prepared().holds(statement) || !statement.kept()) {
      return ConversationLedger.NOT_OWED;
    }
    makeRoomFor(statement);
    counters.serverParses++;
    NamedParse parse = new NamedParse(statement, held.prepared(), () -> {});
    long sent;
    if (statement.bySql()) {
      sent = prepareBySql(statement.prepareCommand(statement.serverName()), disposition, parse);
    } else {
      FrontendMessages.parse(out.own(), text(statement.serverName()), statement.parseBody());
      sent = ledger.push(Expect.PARSE | disposition, parse);
    }
    if (sent != ConversationLedger.NOT_OWED) {
      held.prepared().add(statement);
    }
    return sent;
  }

  /**
   * An Execute without a Sync begins an implicit transaction, and a simple query behind it leaves
   * PostgreSQL 18 in a state that it did not mean: ahead of one the transaction is explicit.
   */
  private long prepareBySql(byte[] command, int disposition, Undoable undo) {
    if (disposition != Expect.CATCH_UP || backend.transactionStatus() != TransactionStatus.IDLE) {
      return executePrepare(command, disposition, undo);
    }
    SettingsCatchUp.inTransaction(
        out.own(), backend, () -> executePrepare(command, disposition, undo));
    return ledger.nextSequence() - 1;
  }

  /**
   * The client's tracked statements get the client's own names on this backend, for what comes next
   * names them where nothing can be replaced. From then on they pin.
   */
  void untrack(int disposition) {
    for (Bytes name : session.namesBySql()) {
      Statement statement = session.forget(name);
      if (statement != null) {
        byte[] own = Arrays.copyOf(name.array(), name.length());
        prepareBySql(
            statement.prepareCommand(own), disposition, _ -> session.name(name, statement));
      }
    }
  }

  /**
   * By the unnamed statement, and a portal of its own: the client may have the unnamed one open.
   */
  private long executePrepare(byte[] command, int disposition, Undoable undo) {
    ByteBuf message = out.own();
    FrontendMessages.parse(message, "", withoutTypes(command));
    FrontendMessages.bindText(message, PORTAL, "", List.of());
    FrontendMessages.execute(message, PORTAL, 0);
    FrontendMessages.closePortal(message, PORTAL);
    ledger.push(Expect.PARSE | disposition);
    ledger.push(Expect.BIND | disposition);
    final long sent = ledger.push(Expect.EXECUTE | disposition, undo);
    ledger.push(Expect.CLOSE | disposition);
    held.forgetUnnamed();
    return sent;
  }

  /** A Parse message's body: the text, NUL, and no types. */
  private static byte[] withoutTypes(byte[] text) {
    return Arrays.copyOf(text, text.length + 1 + Short.BYTES);
  }

  /**
   * Closes the statement if it is there already, for it is about to be parsed; and the least
   * recently used if there are as many as may be.
   */
  void makeRoomFor(Statement statement) {
    if (held.prepared().holds(statement)) {
      evict(statement);
    }
    if (ledger.skipping()) {
      return;
    }
    int capacity = Math.max(1, pool.config().preparedStatements());
    Statement eldest;
    while ((eldest = held.prepared().eldestBeyond(capacity)) != null) {
      evict(eldest);
    }
  }

  private void evict(Statement statement) {
    closeStatement(out.own(), statement.serverName());
    long sent =
        ledger.push(Expect.CLOSE | Expect.SWALLOW, (Undoable) _ -> held.prepared().add(statement));
    if (sent != ConversationLedger.NOT_OWED) {
      held.prepared().remove(statement);
    }
  }

  /** Closes the names of clients' own that had to be used on the server. */
  void closeStrays(ByteBuf in, int i, RequestRelay relay) {
    List<String> names = held.takeStrayNames();
    if (names != null) {
      relay.cut(in, i);
      for (String name : names) {
        FrontendMessages.closeStatement(out.own(), name);
        ledger.push(Expect.CLOSE | Expect.SWALLOW, (Undoable) _ -> held.strayName(name));
      }
    }
  }

  /** A name is made to exist on the server, so that PostgreSQL says 42P05 where it would. */
  void takeName(String name) {
    FrontendMessages.parse(out.own(), name, "");
    ledger.push(Expect.PARSE | Expect.SWALLOW);
    held.strayName(name);
  }

  static String text(byte[] serverName) {
    return new String(serverName, StandardCharsets.US_ASCII);
  }

  static void closeStatement(ByteBuf out, byte[] name) {
    out.writeByte(FrontendType.CLOSE);
    out.writeInt(4 + 1 + name.length + 1);
    out.writeByte('S').writeBytes(name).writeByte(0);
  }
}
