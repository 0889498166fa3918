package dev.sluice.proxy.client;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.startup.StartupMessage;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.LeaseHolder;
import dev.sluice.proxy.backend.SessionFacts;
import dev.sluice.proxy.backend.SessionInquiry;
import dev.sluice.proxy.backend.SettingsCatchUp;
import dev.sluice.proxy.backend.Undoable;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.Waiter;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.ServerParameters;
import dev.sluice.proxy.session.SettingsProfile;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client is known; what it is told of the server and of its own parameters is found out. Mostly
 * that is known from earlier logins. If not, one backend is asked; when none is free for a moment,
 * the client is let in with its parameters as it sent them, and they are checked with its first
 * transaction.
 */
final class WelcomeState implements ClientState, LeaseHolder, Waiter.Listener {
  private static final long PATIENCE_MILLIS = 1_000;

  /** PostgreSQL cuts application_name to a name's length and replaces what is not ASCII. */
  private static final int MAX_PLAIN_NAME = 63;

  private final ClientConnection client;
  private final StartupMessage startup;
  private final Pool pool;
  private final SettingsProfile asked;
  private @Nullable ClientSession session;
  private @Nullable BackendConnection backend;
  private boolean waiting;

  /** The backend is as after its login, and has been sent what the client asked for. */
  private boolean asking;

  /** How PostgreSQL writes what was asked for and is not reported. */
  private @Nullable SessionInquiry spelling;

  WelcomeState(
      ClientConnection client, StartupMessage startup, Pool pool, StartupSettings settings) {
    this.client = client;
    this.startup = startup;
    this.pool = pool;
    this.asked = settings.profile();
  }

  @Override
  public void enter() {
    SettingsProfile known = known();
    ServerParameters base = pool.base();
    if (known != null && base != null) {
      welcome(new ClientSession(known, base));
      return;
    }
    waiting = true;
    BackendConnection immediate = pool.lease(client.waiter(), this, this, System.nanoTime());
    if (immediate != null) {
      granted(immediate, System.nanoTime());
    } else if (base != null) {
      client
          .channel()
          .eventLoop()
          .schedule(this::goOnUnchecked, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** The parameters as PostgreSQL would report them, if that is known. */
  private @Nullable SettingsProfile known() {
    String name = asked.get("application_name");
    SettingsProfile rest = asked.without("application_name");
    if (name != null && !plain(name)) {
      return null;
    }
    SettingsProfile resolved = rest.isEmpty() ? rest : pool.startupProfiles().resolve(rest);
    return resolved == null || name == null ? resolved : resolved.with("application_name", name);
  }

  private static boolean plain(String name) {
    return name.length() <= MAX_PLAIN_NAME && name.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private void goOnUnchecked() {
    ServerParameters base = pool.base();
    if (waiting && client.state() == this && base != null && pool.leave(client.waiter())) {
      waiting = false;
      ClientSession unchecked = new ClientSession(asked, base);
      unchecked.markAsGiven();
      welcome(unchecked);
    }
  }

  @Override
  public void granted(BackendConnection granted, long nowNanos) {
    waiting = false;
    if (client.state() != this) {
      pool.release(granted, nowNanos);
      return;
    }
    backend = granted;
    ClientSession believed = new ClientSession(asked, granted.session().base());
    session = believed;
    SettingsProfile known = known();
    if (known != null) {
      done(new ClientSession(known, granted.session().base()));
      return;
    }
    // What is asked may be relative to what is there ("SQL" alone keeps the order of day and
    // month), so the backend begins as after its login.
    send(granted, new ClientSession(SettingsProfile.EMPTY, granted.session().base()));
  }

  private void send(BackendConnection to, ClientSession wanted) {
    ByteBuf out = client.channel().alloc().ioBuffer(256);
    SettingsCatchUp.append(out, to, wanted);
    FrontendMessages.sync(out);
    to.ledger().push(Expect.SYNC | Expect.SWALLOW);
    to.write(out);
    to.flush();
  }

  @Override
  public void refused(ErrorMessage error) {
    waiting = false;
    if (client.state() == this) {
      client.fail(error.withSeverity(Severity.FATAL));
    }
  }

  /** The backend has taken the parameters, and has said what it made of them. */
  @Override
  public void repliesHandled(int readies, int transactionsEnded) {
    BackendConnection asks = backend;
    ClientSession believed = session;
    if (asks == null || believed == null || !asks.quiet()) {
      return;
    }
    if (!asking) {
      asking = true;
      send(asks, believed);
      return;
    }
    SettingsProfile reported = asReported(believed.settings(), asks.session().reported());
    List<String> unreported = unreported(asks.session().reported());
    if (!unreported.isEmpty() && spelling == null) {
      spelling =
          SessionInquiry.send(
              asks, new SessionInquiry.Questions(unreported, false, Set.of()), ignored -> {});
      return;
    }
    if (spelling != null) {
      reported = asSpelled(reported, spelling.facts());
    }
    pool.startupProfiles()
        .resolved(asked.without("application_name"), reported.without("application_name"));
    asks.session().applied(reported);
    done(new ClientSession(reported, asks.session().base()));
  }

  /** PostgreSQL's spelling of what was asked, which it only reports where it makes a difference. */
  private static SettingsProfile asReported(SettingsProfile asked, ServerParameters reported) {
    SettingsProfile result = asked;
    for (String name : asked.values().keySet()) {
      String value = ServerParameters.settable(name) ? reported.get(name) : null;
      if (value != null) {
        result = result.with(name, value);
      }
    }
    return result;
  }

  private List<String> unreported(ServerParameters reported) {
    return asked.values().keySet().stream()
        .filter(name -> !ServerParameters.settable(name) || reported.get(name) == null)
        .toList();
  }

  /** The same of what it does not report: 8192 is 8MB. */
  private static SettingsProfile asSpelled(SettingsProfile asked, @Nullable SessionFacts facts) {
    SettingsProfile result = asked;
    if (facts != null) {
      for (Map.Entry<String, @Nullable String> setting : facts.settings().entrySet()) {
        String value = setting.getValue();
        if (value != null) {
          result = result.with(setting.getKey(), value);
        }
      }
    }
    return result;
  }

  private void done(ClientSession settled) {
    BackendConnection used = backend;
    backend = null;
    if (used != null) {
      pool.release(used, System.nanoTime());
    }
    welcome(settled);
    client.resume();
  }

  private void welcome(ClientSession settled) {
    settled.settings(pool.profiles().share(settled.settings()));
    ClientRegistry.Key key =
        client.context().clients().register(client, startup.cancelSecretLength());
    client.loggedIn(new Login(startup.user(), startup.database(), key.processId()), settled, pool);
    ByteBuf out = client.channel().alloc().ioBuffer(512);
    client.loop().parameterReport().writeTo(out, settled);
    BackendMessages.backendKeyData(out, key.processId(), key.secret());
    BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
    client.write(out);
    client.flush();
    client.toIdle();
  }

  @Override
  public boolean consume(ByteBuf in) {
    return false;
  }

  @Override
  public boolean wantsMore() {
    return false;
  }

  @Override
  public void clientGone() {
    BackendConnection held = backend;
    backend = null;
    if (held != null) {
      pool.abandon(held, false, false);
    } else if (waiting) {
      pool.leave(client.waiter());
    }
  }

  @Override
  public EventExecutor executor() {
    return client.channel().eventLoop();
  }

  @Override
  public void forward(ByteBuf bytes) {
    client.write(bytes);
  }

  @Override
  public boolean hearsCatchUp() {
    return true;
  }

  @Override
  public void readComplete() {}

  @Override
  public void undone(int code, @Nullable Object reference, boolean failed) {
    if (reference instanceof Undoable change) {
      change.undo(failed);
    }
  }

  @Override
  public boolean parameterReported(String name, String value) {
    if (asking && session != null && ServerParameters.settable(name)) {
      session.settings(session.settings().with(name, value));
    }
    return false;
  }

  @Override
  public void commandCompleted(String tag) {}

  @Override
  public void statementFailed(ErrorMessage error, @Nullable Object reference) {}

  /** A parameter is unknown or its value not valid: to PostgreSQL, too, that ends the login. */
  @Override
  public void catchUpFailed(ErrorMessage error) {
    BackendConnection failed = backend;
    backend = null;
    if (failed != null) {
      failed.close();
    }
    client.fail(error.withSeverity(Severity.FATAL));
  }

  @Override
  public void backendWritable(boolean writable) {}

  @Override
  public void backendLost(@Nullable ErrorMessage lastWords) {
    BackendConnection lost = backend;
    backend = null;
    if (lost != null) {
      lost.discardLost();
    }
    client.fail(
        ErrorMessage.fatal(
            SqlState.CONNECTION_FAILURE,
            lastWords == null ? "server closed the connection unexpectedly" : lastWords.message()));
  }
}
