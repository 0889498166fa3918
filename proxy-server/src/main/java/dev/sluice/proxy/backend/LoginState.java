package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.BackendType;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.BackendAuthStep;
import dev.sluice.proxy.auth.BackendAuthentication;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the startup message to the first ReadyForQuery. */
final class LoginState implements BackendState {
  /** Protocol 3.0: the cancel key is for us alone, so the longer one of 3.2 gains nothing. */
  private static final int PROTOCOL_VERSION = 3 << 16;

  private static final int MAX_MESSAGE = 1 << 20;

  private final BackendConnection backend;
  private final BackendAuthentication authentication;
  private @Nullable ByteBuf left;
  private @Nullable ErrorMessage error;

  LoginState(BackendConnection backend, BackendAuthentication authentication) {
    this.backend = backend;
    this.authentication = authentication;
  }

  void begin() {
    BackendTarget target = backend.target();
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
      case BackendType.AUTHENTICATION -> follow(authentication.onRequest(body));
      case BackendType.ERROR -> error = ErrorMessage.parse(body);
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
      case BackendAuthStep.Await _, BackendAuthStep.Ok _ -> {}
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
    backend
        .owner()
        .connectFailed(
            error != null
                ? error
                : ErrorMessage.error(
                    SqlState.CLIENT_UNABLE_TO_CONNECT,
                    "server %s closed the connection during login"
                        .formatted(backend.target().node())));
  }
}
