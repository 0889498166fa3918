package dev.sluice.proxy.client;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.PoolConfig;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.startup.StartupMessage;
import dev.sluice.proxy.auth.LoginCredentials;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendOwner;
import dev.sluice.proxy.backend.RawHolder;
import dev.sluice.proxy.net.ReadGate;
import dev.sluice.proxy.pool.NodeRoles;
import dev.sluice.proxy.pool.PoolRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A replication connection: a backend of its own from login to close, and bytes passed both ways as
 * they are (manual, "Streaming Replication Protocol").
 */
final class ReplicationState implements ClientState, RawHolder, BackendOwner {
  private final ClientConnection client;
  private final StartupMessage startup;
  private final DatabaseConfig database;
  private final LoginCredentials credentials;
  private @Nullable BackendConnection backend;

  ReplicationState(
      ClientConnection client,
      StartupMessage startup,
      DatabaseConfig database,
      LoginCredentials credentials) {
    this.client = client;
    this.startup = startup;
    this.database = database;
    this.credentials = credentials;
  }

  @Override
  public void enter() {
    Map<String, String> parameters = new LinkedHashMap<>(startup.parameters());
    parameters.remove("user");
    parameters.remove("database");
    PoolConfig settings = client.context().config().pool(database, startup.user());
    int primary = client.context().pools().roles(database).primary();
    if (primary == NodeRoles.NONE) {
      client.fail(
          ErrorMessage.fatal(SqlState.CANNOT_CONNECT_NOW, "no primary is known at the moment"));
      return;
    }
    client
        .context()
        .dialer()
        .dial(
            PoolRegistry.target(
                database,
                primary,
                settings,
                PoolRegistry.credentials(database, credentials),
                parameters),
            client.loop().index(),
            this);
  }

  // ---- BackendOwner: dialled on the client's own event loop

  @Override
  public void connected(BackendConnection connected) {
    if (client.state() != this) {
      connected.close();
      return;
    }
    backend = connected;
    connected.leaseRaw(this);
    ClientRegistry.Key key =
        client.context().clients().register(client, startup.cancelSecretLength());
    client.loggedIn(new Login(startup.user(), startup.database(), key.processId()));
    ByteBuf out = client.channel().alloc().ioBuffer(512);
    connected
        .session()
        .reported()
        .values()
        .forEach((name, value) -> BackendMessages.parameterStatus(out, name, value));
    BackendMessages.backendKeyData(out, key.processId(), key.secret());
    BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
    client.write(out);
    client.flush();
    client.resume();
  }

  @Override
  public void connectFailed(ErrorMessage error) {
    if (client.state() == this) {
      client.fail(error.withSeverity(Severity.FATAL));
    }
  }

  @Override
  public boolean withdraw(BackendConnection unused) {
    return false;
  }

  @Override
  public void available(BackendConnection unused) {
    unused.close();
  }

  @Override
  public void closed(BackendConnection unused) {}

  // ---- bytes, both ways

  @Override
  public boolean consume(ByteBuf in) {
    BackendConnection to = backend;
    if (to != null) {
      client.takeInbox();
      to.write(in);
      to.flush();
    }
    return false;
  }

  @Override
  public boolean wantsMore() {
    return backend != null;
  }

  @Override
  public void clientWritable(boolean writable) {
    if (backend != null) {
      backend.holdReading(!writable);
    }
  }

  @Override
  public void clientGone() {
    if (backend != null) {
      backend.close();
      backend = null;
    }
  }

  @Override
  public void cancel(Runnable settled) {
    if (backend != null) {
      client.context().cancels().cancel(backend, settled);
    } else {
      settled.run();
    }
  }

  @Override
  public EventExecutor executor() {
    return client.channel().eventLoop();
  }

  @Override
  public void raw(ByteBuf bytes) {
    client.write(bytes);
    if (backend != null && !client.channel().isWritable()) {
      backend.holdReading(true);
    }
  }

  @Override
  public void rawReadComplete() {
    client.flush();
  }

  @Override
  public void rawWritable(boolean writable) {
    client.readGate().set(ReadGate.PEER_UNWRITABLE, !writable);
  }

  /** What PostgreSQL said at last has been passed on; there is nothing to add. */
  @Override
  public void rawClosed() {
    backend = null;
    client.close();
  }
}
