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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** From the connection to the startup message: manual, "Start-up". */
final class StartupState implements ClientState {
  private static final int MAX_PARAMETERS = 100;

  /** The first byte of a TLS handshake (RFC 8446 section 5.1), and of no startup packet. */
  private static final byte TLS_HANDSHAKE = 0x16;

  private final ClientConnection client;

  /** TLS is in use; then this is the second time that a client is in this state. */
  private final boolean encrypted;

  /** Each may be asked for once; PostgreSQL too hears them in either order. */
  private boolean sslAsked;

  private boolean gssAsked;

  StartupState(ClientConnection client) {
    this(client, false);
  }

  StartupState(ClientConnection client, boolean encrypted) {
    this.client = client;
    this.encrypted = encrypted;
    this.sslAsked = encrypted;
    this.gssAsked = encrypted;
  }

  @Override
  public void enter() {
    if (encrypted) {
      return; // counted, and its time is limited, since it came
    }
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
    if (client.state() instanceof TlsHandshakeState handshake) {
      handshake.timedOut();
    } else if (client.state() instanceof StartupState
        || client.state() instanceof AuthenticationState) {
      client.violation("the login did not end within login-timeout");
    }
  }

  @Override
  public boolean consume(ByteBuf in) {
    if (startsDirectTls(in)) {
      client.takeInbox();
      client.transition(new TlsHandshakeState(client, true));
      client.channel().pipeline().fireChannelRead(in);
      return false;
    }
    int limit = (int) Math.min(client.context().config().client().maxLoginBytes().bytes(), 1 << 20);
    return switch (StartupDecoder.decode(in, limit)) {
      case NeedMore _ -> false;
      case ProtocolViolation violation -> {
        client.fail(violation.toError());
        yield false;
      }
      case SslRequest _ when canEncrypt() && !sslAsked && !in.isReadable() -> {
        answerEncryption('S');
        client.transition(new TlsHandshakeState(client, false));
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
      case StartupMessage _ when client.context().tls().required() && !encrypted && overTcp() -> {
        client.fail(
            ErrorMessage.fatal(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SSL connection is required")
                .withHint("Connect with sslmode=require, or one that verifies the certificate."));
        yield false;
      }
      case StartupMessage startup -> {
        client.transition(new AuthenticationState(client, startup));
        yield true;
      }
    };
  }

  /** Only as the very first thing on a connection, as PostgreSQL has it. */
  private boolean startsDirectTls(ByteBuf in) {
    return canEncrypt()
        && !sslAsked
        && !gssAsked
        && in.isReadable()
        && in.getByte(in.readerIndex()) == TLS_HANDSHAKE;
  }

  private boolean canEncrypt() {
    return client.context().tls().offered() && overTcp();
  }

  /** TLS is neither offered nor asked for on a Unix socket. */
  private boolean overTcp() {
    return client.channel().remoteAddress() instanceof InetSocketAddress;
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
    answerEncryption('N');
    return false;
  }

  private void answerEncryption(char answer) {
    ByteBuf out = client.channel().alloc().ioBuffer(1);
    out.writeByte(answer);
    client.write(out);
    client.flush();
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
