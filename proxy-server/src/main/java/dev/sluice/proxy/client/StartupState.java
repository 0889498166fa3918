package dev.sluice.proxy.client;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.startup.CancelRequest;
import dev.sluice.protocol.startup.GssEncryptionRequest;
import dev.sluice.protocol.startup.NeedMore;
import dev.sluice.protocol.startup.ProtocolViolation;
import dev.sluice.protocol.startup.SslRequest;
import dev.sluice.protocol.startup.StartupDecoder;
import dev.sluice.protocol.startup.StartupMessage;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** From the connection to the startup message: manual, "Start-up". */
final class StartupState implements ClientState {
  private static final int MAX_PARAMETERS = 100;

  private final ClientConnection client;

  /** Each may be asked for once; PostgreSQL too hears them in either order. */
  private boolean sslAsked;

  private boolean gssAsked;

  StartupState(ClientConnection client) {
    this.client = client;
  }

  @Override
  public void enter() {
    ClientRegistry clients = client.context().clients();
    if (!clients.joined()) {
      client.fail(
          ErrorMessage.fatal(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already")
              .withDetail("client.max-connections (%d) is reached.".formatted(clients.limit())));
      return;
    }
    Duration timeout = client.context().config().client().loginTimeout();
    if (!timeout.isZero()) {
      client.loginTimer(
          client
              .channel()
              .eventLoop()
              .schedule(this::checkLogin, timeout.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  private void checkLogin() {
    if (client.state() instanceof StartupState || client.state() instanceof AuthenticationState) {
      client.violation("the login did not end within login-timeout");
    }
  }

  @Override
  public boolean consume(ByteBuf in) {
    int limit = (int) Math.min(client.context().config().client().maxLoginBytes().bytes(), 1 << 20);
    return switch (StartupDecoder.decode(in, limit)) {
      case NeedMore _ -> false;
      case ProtocolViolation violation -> {
        client.fail(violation.toError());
        yield false;
      }
      case SslRequest _ -> {
        boolean again = sslAsked;
        sslAsked = true;
        yield refuseEncryption(in, again);
      }
      case GssEncryptionRequest _ -> {
        boolean again = gssAsked;
        gssAsked = true;
        yield refuseEncryption(in, again);
      }
      case CancelRequest cancel -> {
        cancel(cancel);
        yield false;
      }
      case StartupMessage startup when startup.parameters().size() > MAX_PARAMETERS -> {
        client.violation("too many startup parameters");
        yield false;
      }
      case StartupMessage startup -> {
        client.transition(new AuthenticationState(client, startup));
        yield true;
      }
    };
  }

  private boolean refuseEncryption(ByteBuf in, boolean again) {
    if (again) {
      client.violation("encryption was asked for twice");
      return false;
    }
    if (in.isReadable()) {
      // What was sent before our answer was meant to be encrypted, or was put there by somebody
      // else (CVE-2021-23214).
      client.violation("received unencrypted data after an encryption request");
      return false;
    }
    ByteBuf no = client.channel().alloc().ioBuffer(1);
    no.writeByte('N');
    client.write(no);
    client.flush();
    return false;
  }

  /**
   * Never answered; the connection closes whether the key fits or not. It closes when PostgreSQL
   * has dealt with the request, as PostgreSQL's own does: drivers wait for that before they send
   * the next query, which would else be the one that is hit.
   */
  private void cancel(CancelRequest cancel) {
    ClientConnection target = client.context().clients().find(cancel.processId(), cancel.secret());
    if (target == null) {
      client.close();
      return;
    }
    target.onLoop(() -> target.state().cancel(() -> client.onLoop(client::close)));
  }
}
