package dev.sluice.proxy.client;

import dev.sluice.config.StatePolicy;
import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.sql.NamedStatementUse;
import dev.sluice.protocol.sql.StatementTraits;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.MovedText;
import dev.sluice.proxy.backend.ReplacedError;
import dev.sluice.proxy.backend.Undoable;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolCounters;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.PinReason;
import dev.sluice.proxy.session.Statement;
import dev.sluice.proxy.session.StatementRegistry;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lets prepared statements follow a client from backend to backend. A client's name stands for a
 * {@link Statement}; backends hold statements under names of Sluice's own; a backend that lacks one
 * gets its Parse ahead of the client's message.
 *
 * <p>PostgreSQL itself raises every error and keeps the order of answers: a name that the client
 * does not have goes to it as it is (no backend knows it: 26000); a name that the client has
 * already is first made to exist there (42P05); a Parse of what the backend holds is sent as a
 * Close of nothing, whose CloseComplete comes back as ParseComplete.
 */
final class StatementRewriter {
  /** The longest Parse that is kept to be repeated on another backend; a longer one pins. */
  static final int MAX_KEPT = 1 << 20;

  /** A syntax error. */
  private static final String NOT_SQL = "refused by sluice";

  private static final byte[] NO_SUCH_STATEMENT = "sluice none".getBytes(StandardCharsets.US_ASCII);

  /** Tells the Parse of a taken name from one of the unnamed statement. */
  private static final Undoable NOTHING_TO_UNDO = _ -> {};

  private final ClientConnection client;
  private BackendConnection backend;
  private BackendSession held;
  private ConversationLedger ledger;
  private final RequestWriter out;
  private final Pool pool;
  private final ClientSession session;
  private final StatementRegistry registry;
  private final PoolCounters counters;
  private final BackendStatements backendStatements;
  private final StatementsInSql inSql;
  private final UnsettledNames unsettled;
  private final boolean renames;

  /** The sequence number of the latest message that changes the unnamed statement. */
  private long unnamedChanged = ConversationLedger.NOT_OWED;

  private boolean unnamedMayBeSkipped;
  private long lastSync = ConversationLedger.NOT_OWED;

  /** How the text of what was bound last differs from the client's; null if it does not. */
  private @Nullable MovedText boundText;

  /** The transaction has changed settings: what is parsed now is not for others. */
  private boolean settingsUncertain;

  StatementRewriter(ClientConnection client, BackendConnection backend, RequestWriter out) {
    this.client = client;
    this.backend = backend;
    this.held = backend.session();
    this.ledger = backend.ledger();
    this.out = out;
    this.pool = client.pool();
    this.session = client.session();
    this.registry = client.context().statements();
    this.counters = pool.counters(client.loop().index());
    this.backendStatements = new BackendStatements(client, backend, out);
    boolean tracks = pool.sessionConfig().prepare() == StatePolicy.TRACK;
    this.inSql =
        new StatementsInSql(session, held, backendStatements, out, tracks ? this::interned : null);
    this.unsettled = new UnsettledNames(ledger);
    this.renames = !client.sessionMode();
  }

  /** The client has another backend: what was under way on the last one is over. */
  void attach(BackendConnection leased) {
    backend = leased;
    held = leased.session();
    ledger = leased.ledger();
    backendStatements.attach(leased);
    inSql.attach(held);
    unsettled.attach(ledger);
    settingsUncertain = false;
    unnamedChanged = ConversationLedger.NOT_OWED;
    unnamedMayBeSkipped = false;
    lastSync = ConversationLedger.NOT_OWED;
    boundText = null;
  }

  void settingsUncertain() {
    settingsUncertain = true;
  }

  /** Between transactions, and the session's settings are known. */
  void settingsCertain() {
    settingsUncertain = false;
  }

  /** PostgreSQL is sent what it refuses in place of a query, and the client hears why. */
  void refuseQuery(ErrorMessage refusal) {
    FrontendMessages.query(out.own(), NOT_SQL);
    boolean maybeSkipped = ledger.unsynced();
    simpleQuerySent(
        ledger.push(Expect.QUERY | Expect.AS_OTHER_ERROR, new ReplacedError(refusal, () -> {})));
    if (maybeSkipped) {
      held.forgetUnnamed();
    }
  }

  private void refuseParse(
      ByteBuf in,
      int i,
      int length,
      int nameStart,
      int nameEnd,
      ErrorMessage refusal,
      RequestRelay relay) {
    relay.cut(in, i);
    FrontendMessages.parse(
        out.own(), in.toString(nameStart, nameEnd - nameStart, StandardCharsets.UTF_8), NOT_SQL);
    relay.replaced(i + 1 + length);
    boolean unnamed = nameEnd == nameStart;
    ledger.push(
        Expect.PARSE | Expect.AS_OTHER_ERROR,
        new ReplacedError(
            refusal,
            () -> {
              if (unnamed) {
                session.unnamed(null);
                held.forgetUnnamed();
              }
            }));
  }

  /** A Sync was sent. */
  void synced() {
    unsettled.synced();
    lastSync = ledger.nextSequence() - 1;
  }

  /**
   * The unnamed statement's Parse is in an earlier batch that is not answered yet, and would be
   * skipped by an error of a message before it: then what PostgreSQL has by no name is another's.
   */
  private boolean unnamedInDoubt() {
    return unnamedMayBeSkipped
        && unnamedChanged < lastSync
        && unnamedChanged >= ledger.headSequence();
  }

  /** The answer that a query which names a statement must wait for; -1 for none. */
  long awaited(StatementTraits traits, RequestRelay relay) {
    NamedStatementUse use = traits.namedStatementUse();
    if (!renames) {
      return -1;
    }
    if (use == null) {
      return !ledger.isEmpty() && inSql.namesOutOfReach(traits) && mayBeInFailedBlock(relay)
          ? ledger.nextSequence() - 1
          : -1;
    }
    long awaited = unsettled.awaited(Bytes.of(use.name().getBytes(StandardCharsets.UTF_8)));
    // It would have to be parsed first, and nobody knows yet whether PostgreSQL will do that.
    return awaited < 0
            && !ledger.isEmpty()
            && inSql.toBePrepared(traits)
            && mayBeInFailedBlock(relay)
        ? ledger.nextSequence() - 1
        : awaited;
  }

  private boolean postponed(Bytes name, RequestRelay relay) {
    long awaited = unsettled.awaited(name);
    if (awaited < 0) {
      return false;
    }
    relay.postpone(awaited);
    return true;
  }

  StatementTraits analyse(ByteBuf in, int index, int length) {
    if (length < 0) {
      return StatementTraits.UNKNOWN;
    }
    Bytes text = client.loop().text().fill(in, index, length);
    return session.parseSettings().analyse(text.array(), length);
  }

  /** What an EXECUTE in a text runs may leave something, as if it had been sent itself. */
  void executes(StatementTraits text, RequestRelay relay) {
    Statement executed = renames ? inSql.executedBy(text) : null;
    if (executed != null) {
      relay.sent(executed.traits().flags(), executed.traits().effects(), executed::shownText);
    }
  }

  @Nullable MovedText boundText() {
    return boundText;
  }

  BackendStatements onBackend() {
    return backendStatements;
  }

  StatementsInSql inSql() {
    return inSql;
  }

  /**
   * A Parse of the unnamed statement did not come about. PostgreSQL drops the old one before it
   * parses, so a Parse that failed leaves none, and one that was skipped leaves the old one.
   */
  void unnamedUndone(boolean failed, @Nullable Statement old) {
    Statement left = failed ? null : old;
    if (!ledger.isBehindSync(unnamedChanged)) {
      session.unnamed(left);
      held.forgetUnnamed();
      return;
    }
    // A later batch has replaced it already; this is what is left if that does not come about.
    long next =
        ledger.findBehindSync(
            Expect.PARSE, reference -> reference == null || reference instanceof Statement);
    if (next >= 0) {
      ledger.reference(next, left);
    }
  }

  /** A query that is skipped does not drop it. */
  private void unnamedStays(@Nullable Statement unnamed) {
    session.unnamed(unnamed);
    held.forgetUnnamed();
  }

  /** PostgreSQL drops the unnamed statement with every simple query. */
  private void simpleQuerySent(long sent) {
    unnamedChanged = sent;
    if (session.unnamed() != null) {
      session.unnamed(null);
      session.unpinIfNothingIsLarge();
    }
    held.unnamedGone();
  }

  // ---- Parse

  boolean parse(ByteBuf in, int i, int length, RequestRelay relay) {
    int nameStart = i + Frames.HEADER;
    int nameEnd = in.indexOf(nameStart, Math.min(in.writerIndex(), i + 1 + length), (byte) 0);
    if (nameEnd < 0) {
      return malformed("Parse");
    }
    if (!renames) {
      ledger.push(Expect.PARSE);
      return true;
    }
    if (nameEnd > nameStart
        && postponed(client.loop().name().fill(in, nameStart, nameEnd - nameStart), relay)) {
      return true;
    }
    counters.clientParses++;
    boolean large = length > MAX_KEPT;
    int bodyStart = nameEnd + 1;
    int bodyLength = i + 1 + length - bodyStart;
    Statement statement = large ? registry.unkept() : interned(in, bodyStart, bodyLength);
    ErrorMessage refusal = relay.refusal(statement.traits());
    if (refusal != null) {
      refuseParse(in, i, length, nameStart, nameEnd, refusal, relay);
      return true;
    }
    if (nameEnd == nameStart) {
      return parseUnnamed(in, i, length, statement, relay);
    }
    Bytes name = client.loop().name().fill(in, nameStart, nameEnd - nameStart);
    if (session.named(name) != null) {
      return parseOfTakenName(in, i, nameStart, nameEnd, relay);
    }
    if (session.namedCount() >= ClientSession.MAX_NAMED_STATEMENTS) {
      client.fail(
          ErrorMessage.fatal(
                  SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                  "too many prepared statements in one session (%d)"
                      .formatted(ClientSession.MAX_NAMED_STATEMENTS))
              .withHint("Close statements that are no longer used."));
      return false;
    }
    Bytes key = name.copy();
    if (held.prepared().holds(statement) && !mayBeInFailedBlock(relay)) {
      relay.cut(in, i);
      BackendStatements.closeStatement(out.own(), NO_SUCH_STATEMENT);
      relay.replaced(i + 1 + length);
      register(
          key,
          statement,
          ledger.push(
              Expect.CLOSE | Expect.AS_PARSE_COMPLETE, (Undoable) _ -> session.forget(key)));
      return true;
    }
    relay.cut(in, i);
    backendStatements.makeRoomFor(statement);
    counters.serverParses++;
    ByteBuf message = out.own();
    byte[] serverName = statement.serverName();
    message.writeByte(FrontendType.PARSE);
    message.writeInt(4 + serverName.length + 1 + bodyLength);
    message.writeBytes(serverName).writeByte(0);
    relay.replaced(bodyStart);
    long sent =
        ledger.push(
            Expect.PARSE, new NamedParse(statement, held.prepared(), () -> session.forget(key)));
    register(key, statement, sent);
    if (sent != ConversationLedger.NOT_OWED) {
      held.prepared().add(statement);
    }
    if (large) {
      session.pin(PinReason.LARGE_STATEMENT);
    }
    return true;
  }

  /** PostgreSQL refuses every Parse there, but not the Close that stands for one. */
  private boolean mayBeInFailedBlock(RequestRelay relay) {
    if (ledger.isEmpty()) {
      return backend.transactionStatus() == TransactionStatus.FAILED_BLOCK;
    }
    return backend.transactionStatus() != TransactionStatus.IDLE
        || (relay.traitsInFlight() & StatementTraits.BEGINS) != 0;
  }

  private void register(Bytes key, Statement statement, long sent) {
    if (sent != ConversationLedger.NOT_OWED) {
      session.name(key, statement);
      unsettled.changed(key, sent);
    }
  }

  private Statement interned(ByteBuf in, int bodyStart, int bodyLength) {
    return interned(client.loop().text().fill(in, bodyStart, bodyLength));
  }

  private Statement interned(Bytes body) {
    return settingsUncertain
        ? registry.unshared(body, session.parseSettings())
        : registry.intern(body, session.parseSettings());
  }

  private boolean parseUnnamed(
      ByteBuf in, int i, int length, Statement statement, RequestRelay relay) {
    inSql.rewriteParse(in, i, length, statement, relay);
    boolean first = !ledger.unsynced();
    long sent = ledger.push(Expect.PARSE, session.unnamed());
    if (sent != ConversationLedger.NOT_OWED) {
      unnamedChanged = sent;
      unnamedMayBeSkipped = !first;
      session.unnamed(statement);
      held.unnamed(session, statement);
      if (!statement.kept()) {
        session.pin(PinReason.LARGE_STATEMENT);
      }
    }
    counters.serverParses++;
    return true;
  }

  private boolean parseOfTakenName(
      ByteBuf in, int i, int nameStart, int nameEnd, RequestRelay relay) {
    String name = in.toString(nameStart, nameEnd - nameStart, StandardCharsets.UTF_8);
    relay.cut(in, i);
    backendStatements.takeName(name);
    ledger.push(Expect.PARSE, NOTHING_TO_UNDO);
    return true;
  }

  // ---- Bind, Describe, Close

  boolean bind(ByteBuf in, int i, int length, int end, RequestRelay relay) {
    int portalEnd = in.indexOf(i + Frames.HEADER, end, (byte) 0);
    int nameEnd = portalEnd < 0 ? -1 : in.indexOf(portalEnd + 1, end, (byte) 0);
    if (nameEnd < 0) {
      return malformed("Bind");
    }
    if (!renames) {
      ledger.push(Expect.BIND);
      return true;
    }
    int nameStart = portalEnd + 1;
    if (nameEnd > nameStart
        && postponed(client.loop().name().fill(in, nameStart, nameEnd - nameStart), relay)) {
      return true;
    }
    if (nameEnd == nameStart && unnamedInDoubt()) {
      relay.postpone(unnamedChanged);
      return true;
    }
    counters.binds++;
    boundText = nameEnd == nameStart ? inSql.moved() : null;
    Statement statement;
    int expect = Expect.BIND;
    if (nameEnd == nameStart) {
      statement = session.unnamed();
      backendStatements.ensureUnnamed(in, i, statement, relay);
    } else {
      Bytes name = client.loop().name().fill(in, nameStart, nameEnd - nameStart);
      statement = session.named(name);
      if (statement != null) {
        statement = underTheseSettings(name, statement);
        relay.cut(in, i);
        expect |= prepared(name, statement, relay);
        byte[] serverName = usableName(statement);
        ByteBuf message = out.own();
        message.writeByte(FrontendType.BIND);
        message.writeInt(length - (nameEnd - nameStart) + serverName.length);
        message.writeBytes(in, i + Frames.HEADER, nameStart - i - Frames.HEADER);
        message.writeBytes(serverName);
        relay.replaced(nameEnd);
      }
    }
    ledger.push(expect, statement);
    if (statement != null) {
      StatementTraits traits = statement.traits();
      relay.sent(traits.flags(), traits.effects(), statement::shownText);
      executes(traits, relay);
      if (traits.any(StatementTraits.CHANGES_STATEMENTS)) {
        relay.awaitAfterExecute();
      }
    }
    return true;
  }

  boolean describe(ByteBuf in, int i, int length, RequestRelay relay) {
    return named(in, i, length, FrontendType.DESCRIBE, Expect.DESCRIBE, relay);
  }

  boolean close(ByteBuf in, int i, int length, RequestRelay relay) {
    return named(in, i, length, FrontendType.CLOSE, Expect.CLOSE, relay);
  }

  /** Describe and Close: a kind, 'S' or 'P', and a name. */
  private boolean named(ByteBuf in, int i, int length, byte type, int expect, RequestRelay relay) {
    int nameStart = i + Frames.HEADER + 1;
    int nameEnd = i + length;
    if (length < 6 || in.getByte(nameEnd) != 0) {
      return malformed(type == FrontendType.CLOSE ? "Close" : "Describe");
    }
    if (!renames || in.getByte(nameStart - 1) != 'S') {
      ledger.push(expect);
      return true;
    }
    if (nameEnd == nameStart) {
      if (type == FrontendType.CLOSE) {
        closeUnnamed();
      } else if (unnamedInDoubt()) {
        relay.postpone(unnamedChanged);
      } else {
        backendStatements.ensureUnnamed(in, i, session.unnamed(), relay);
        ledger.push(expect, session.unnamed());
      }
      return true;
    }
    Bytes name = client.loop().name().fill(in, nameStart, nameEnd - nameStart);
    if (postponed(name, relay)) {
      return true;
    }
    Statement statement = session.named(name);
    if (statement == null) {
      ledger.push(expect);
      return true;
    }
    if (type == FrontendType.DESCRIBE) {
      statement = underTheseSettings(name, statement);
    }
    if (type == FrontendType.CLOSE) {
      closeNamed(in, i, length, name.copy(), statement, relay);
      return true;
    }
    relay.cut(in, i);
    int disposition = prepared(name, statement, relay);
    FrontendMessages.describeStatement(out.own(), BackendStatements.text(usableName(statement)));
    relay.replaced(i + 1 + length);
    ledger.push(expect | disposition, statement);
    return true;
  }

  /**
   * Sees to it that the backend holds the statement. A client that prepared it before a table
   * changed must hear of that, as on a connection of its own: on a backend that would have to parse
   * it anew, a name that nobody has stands for it.
   *
   * @return what is to become of the answer
   */
  private int prepared(Bytes name, Statement statement, RequestRelay relay) {
    if (statement.retired() && !held.prepared().holds(statement)) {
      return Expect.AS_OTHER_ERROR;
    }
    long sent = backendStatements.ensurePrepared(statement, Expect.SWALLOW);
    if (sent != ConversationLedger.NOT_OWED && mayBeInFailedBlock(relay)) {
      // There PostgreSQL refuses it, and the next batch must not count on it.
      unsettled.changed(name.copy(), sent);
    }
    return 0;
  }

  /**
   * A backend that lacks a statement parses it under the client's settings of now. If they are not
   * those that it was prepared under, it would be another statement by the same name, also for
   * others: so the client gets the one that is meant for these.
   */
  private Statement underTheseSettings(Bytes name, Statement statement) {
    if (!statement.kept()
        || statement.retired()
        || held.prepared().holds(statement)
        || (!settingsUncertain && statement.isFor(session.parseSettings()))) {
      return statement;
    }
    Bytes body = Bytes.of(statement.parseBody());
    Statement other =
        settingsUncertain
            ? registry.unshared(body, session.parseSettings())
            : registry.intern(body, session.parseSettings());
    session.name(name.copy(), other);
    return other;
  }

  private byte[] usableName(Statement statement) {
    return statement.retired() && !held.prepared().holds(statement)
        ? NO_SUCH_STATEMENT
        : statement.serverName();
  }

  private void closeUnnamed() {
    Statement previous = session.unnamed();
    long sent =
        ledger.push(
            Expect.CLOSE,
            (Undoable)
                _ -> {
                  session.unnamed(previous);
                  held.forgetUnnamed();
                });
    if (sent != ConversationLedger.NOT_OWED) {
      unnamedChanged = sent;
      session.unnamed(null);
      held.unnamedGone();
      session.unpinIfNothingIsLarge();
    }
  }

  /**
   * The statement stays for others: what goes to PostgreSQL is a Close of the client's own name,
   * which is nobody's there and is answered with CloseComplete all the same.
   */
  private void closeNamed(
      ByteBuf in, int i, int length, Bytes name, Statement statement, RequestRelay relay) {
    boolean kept = statement.kept();
    if (!kept) {
      relay.cut(in, i);
      BackendStatements.closeStatement(out.own(), statement.serverName());
      relay.replaced(i + 1 + length);
    }
    long sent =
        ledger.push(
            Expect.CLOSE,
            (Undoable)
                _ -> {
                  session.name(name, statement);
                  if (!kept) {
                    session.pin(PinReason.LARGE_STATEMENT);
                    held.prepared().add(statement);
                  }
                });
    if (sent != ConversationLedger.NOT_OWED) {
      session.forget(name);
      unsettled.changed(name, sent);
      if (!kept) {
        held.prepared().remove(statement);
        session.unpinIfNothingIsLarge();
      }
    }
  }

  // ---- for the simple protocol

  /** Sends a query; the name of a prepared statement in its text is replaced. */
  void query(ByteBuf in, int i, int length, StatementTraits traits, RequestRelay relay) {
    if (renames) {
      inSql.rewriteQuery(in, i, length, traits, relay);
    }
    Statement unnamed = session.unnamed();
    Undoable undo =
        ledger.unsynced() && (unnamed != null || held.mayHaveUnnamed())
            ? _ -> unnamedStays(unnamed)
            : null;
    MovedText moved = renames ? inSql.moved() : null;
    long sent = ledger.push(Expect.QUERY, moved == null ? undo : moved.with(undo));
    if (sent != ConversationLedger.NOT_OWED) {
      simpleQuerySent(sent);
    }
  }

  private boolean malformed(String message) {
    client.violation("invalid string in " + message + " message");
    return false;
  }
}
