package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.BackendType;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.BackendAuthStep;
import dev.sluice.proxy.auth.BackendAuthentication;
import dev.sluice.proxy.auth.BackendAuthenticator;
import dev.sluice.proxy.auth.ChannelBinding;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.tls.TlsFailure;
import dev.sluice.proxy.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the startup message to the first ReadyForQuery. */
final class LoginState implements BackendState, TlsNegotiation.Outcome {
  /** Protocol 3.0: the cancel key is for us alone, so the longer one of 3.2 gains nothing. */
  private static final int PROTOCOL_VERSION = 3 << 16;

  private static final int MAX_MESSAGE = 1 << 20;

  private final BackendConnection backend;
  private final BackendAuthenticator authenticator;
  private final LoginAttempt attempt;

  /** Begun when the channel is ready, for it is bound to that. */
  private @Nullable BackendAuthentication authentication;

  private @Nullable ByteBuf left;
  private @Nullable ErrorMessage error;

  /** PostgreSQL has let us in: what it says now has nothing to do with TLS. */
  private boolean admitted;

  /** It failed in a way that may be different with TLS, or without. */
  private boolean otherWayMayHelp;

  LoginState(BackendConnection backend, BackendAuthenticator authenticator, LoginAttempt attempt) {
    this.backend = backend;
    this.authenticator = authenticator;
    this.attempt = attempt;
  }

  // ---- TLS

  @Override
  public void secured(TlsSession session) {
    backend.secured(session);
  }

  @Override
  public void plaintext() {}

  @Override
  public void failed(String reason) {
    if (error == null) {
      error = unable("connection to server %s failed: TLS: %s", reason);
      otherWayMayHelp = true;
    }
    backend.channel().close();
  }

  /** The connection broke. */
  void broken(Throwable cause) {
    if (error == null) {
      error = unable("connection to server %s failed: %s", TlsFailure.reason(cause));
    }
  }

  private ErrorMessage unable(String form, String reason) {
    return ErrorMessage.error(
        SqlState.CLIENT_UNABLE_TO_CONNECT, form.formatted(backend.target().node(), reason));
  }

  // ---- the login

  void begin() {
    BackendTarget target = backend.target();
    TlsSession tls = backend.tls();
    byte[] endPoint = tls == null ? null : tls.endPoint();
    authentication =
        authenticator.begin(
            target.credentials(), endPoint == null ? null : ChannelBinding.of(endPoint));
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", target.credentials().user());
    parameters.put("database", target.database());
    parameters.putAll(target.startupParameters());
    ByteBuf out = backend.channel().alloc().ioBuffer(128);
    FrontendMessages.startup(out, PROTOCOL_VERSION, parameters);
    backend.write(out);
    backend.flush();
  }

  /** The time for connect and login is over. */
  void timedOut() {
    error =
        ErrorMessage.error(
            SqlState.CLIENT_UNABLE_TO_CONNECT,
            "login at server %s did not end within connect-timeout"
                .formatted(backend.target().node()));
    otherWayMayHelp = false;
    backend.channel().close();
  }

  @Override
  public void read(ByteBuf received) {
    ByteBuf in = Frames.join(backend.channel().alloc(), left, received);
    left = null;
    while (in.readableBytes() >= Frames.HEADER && backend.state() == this) {
      int length = in.getInt(in.readerIndex() + 1);
      if (length < 4 || length > MAX_MESSAGE) {
        in.release();
        fail("is not a PostgreSQL server, or broke the protocol");
        return;
      }
      if (in.readableBytes() < length + 1) {
        break;
      }
      byte type = in.readByte();
      in.skipBytes(4);
      handle(type, in.readSlice(length - 4));
    }
    if (backend.state() == this) {
      left = Frames.rest(backend.channel().alloc(), in);
    } else {
      in.release();
    }
  }

  private void handle(byte type, ByteBuf body) {
    switch (type) {
      case BackendType.AUTHENTICATION -> {
        BackendAuthentication begun = authentication;
        if (begun == null) {
          fail("broke the protocol");
        } else {
          follow(begun.onRequest(body));
        }
      }
      case BackendType.ERROR -> {
        error = ErrorMessage.parse(body);
        otherWayMayHelp = !admitted;
      }
      case BackendType.PARAMETER_STATUS -> {
        String[] parts = body.toString(StandardCharsets.UTF_8).split("\0", 3);
        if (parts.length == 3) {
          backend.session().reported(parts[0], parts[1]);
        }
      }
      case BackendType.BACKEND_KEY_DATA -> {
        int processId = body.readInt();
        byte[] secret = new byte[body.readableBytes()];
        body.readBytes(secret);
        backend.identify(processId, secret);
      }
      case BackendType.READY_FOR_QUERY -> loggedIn();
      default -> {}
    }
  }

  private void follow(BackendAuthStep step) {
    switch (step) {
      case BackendAuthStep.Send send -> {
        ByteBuf out = backend.channel().alloc().ioBuffer(256);
        send.message().writeTo(out);
        backend.write(out);
        backend.flush();
      }
      case BackendAuthStep.Await _ -> {}
      case BackendAuthStep.Ok _ -> admitted = true;
      case BackendAuthStep.Failed failed -> {
        error = failed.error();
        backend.channel().close();
      }
      case BackendAuthStep.Pending pending ->
          pending
              .step()
              .thenAccept(
                  done ->
                      backend
                          .channel()
                          .eventLoop()
                          .execute(
                              () -> {
                                if (backend.state() == this) {
                                  follow(done);
                                }
                              }));
    }
  }

  private void loggedIn() {
    backend.session().loggedIn();
    String onConnect = backend.target().onConnect();
    if (onConnect == null) {
      backend.owner().connected(backend);
      return;
    }
    backend.enter(
        new TaskState(
            backend,
            List.of(new OwnQuery(onConnect, OwnQuery.Effect.NONE)),
            backend.target().connectTimeout().toMillis(),
            () -> {
              // What on-connect sets is what this backend's sessions begin with.
              backend.session().loggedIn();
              backend.owner().connected(backend);
            },
            failure -> {
              backend.owner().connectFailed(failure);
              backend.abort();
            }));
  }

  private void fail(String what) {
    error =
        ErrorMessage.error(
            SqlState.CLIENT_UNABLE_TO_CONNECT, "server " + backend.target().node() + " " + what);
    backend.channel().close();
  }

  @Override
  public void readComplete() {}

  @Override
  public void writabilityChanged(boolean writable) {}

  @Override
  public void closed() {
    if (left != null) {
      left.release();
      left = null;
    }
    ErrorMessage failure =
        error != null
            ? error
            : ErrorMessage.error(
                SqlState.CLIENT_UNABLE_TO_CONNECT,
                "server %s closed the connection during login".formatted(backend.target().node()));
    if (attempt.next() != null && otherWayMayHelp) {
      attempt.next().accept(failure);
    } else {
      backend.owner().connectFailed(withBefore(failure));
    }
  }

  /** Of two ways that failed the last is told, and the first with it if it had another reason. */
  private ErrorMessage withBefore(ErrorMessage failure) {
    ErrorMessage before = attempt.before();
    return before == null || failure.detail() != null || before.message().equals(failure.message())
        ? failure
        : failure.withDetail("The other way, with or without TLS: " + before.message());
  }
}
