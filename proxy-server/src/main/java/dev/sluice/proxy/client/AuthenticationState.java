package dev.sluice.proxy.client;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.ReplicationPolicy;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.startup.Replication;
import dev.sluice.protocol.startup.StartupMessage;
import dev.sluice.proxy.auth.AuthStep;
import dev.sluice.proxy.auth.ClientAuthentication;
import dev.sluice.proxy.auth.LoginCredentials;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;

/** The client proves who it is. What it asked for is looked at only then. */
final class AuthenticationState implements ClientState {
  private final ClientConnection client;
  private final StartupMessage startup;
  private final ClientAuthentication authentication;
  private long received;
  private boolean pending;

  AuthenticationState(ClientConnection client, StartupMessage startup) {
    this.client = client;
    this.startup = startup;
    this.authentication =
        client.context().logins().begin(ClientOrigin.request(client, startup), client.proved());
  }

  @Override
  public void enter() {
    if (startup.needsNegotiation()) {
      ByteBuf out = client.channel().alloc().ioBuffer(64);
      BackendMessages.negotiateProtocolVersion(
          out, startup.spokenMinor(), startup.unrecognisedOptions());
      client.write(out);
    }
    follow(authentication.start());
  }

  @Override
  public boolean consume(ByteBuf in) {
    while (!pending && client.state() == this && in.readableBytes() >= Frames.HEADER) {
      byte type = in.getByte(in.readerIndex());
      int length = in.getInt(in.readerIndex() + 1);
      if (type != FrontendType.PASSWORD) {
        client.violation(
            "expected password response, got message type " + Byte.toUnsignedInt(type));
        return false;
      }
      long limit = client.context().config().client().maxLoginBytes().bytes();
      if (length < 4 || length > limit || received + length > limit) {
        client.violation("invalid length of a password message");
        return false;
      }
      if (in.readableBytes() < length + 1) {
        return false;
      }
      received += length;
      in.skipBytes(Frames.HEADER);
      follow(authentication.onResponse(in.readSlice(length - 4)));
    }
    return client.state() != this;
  }

  @Override
  public boolean wantsMore() {
    return !pending;
  }

  private void follow(AuthStep step) {
    switch (step) {
      case AuthStep.Send send -> {
        ByteBuf out = client.channel().alloc().ioBuffer(128);
        send.messages().writeTo(out);
        client.write(out);
        client.flush();
      }
      case AuthStep.Authenticated authenticated -> {
        ByteBuf out = client.channel().alloc().ioBuffer(512);
        authenticated.messages().writeTo(out);
        client.write(out);
        authenticated(authenticated.credentials());
      }
      case AuthStep.Rejected rejected -> {
        client
            .context()
            .loginFailures()
            .refused(client.channel().remoteAddress(), startup.user(), rejected.reason());
        client.fail(rejected.error());
      }
      case AuthStep.Pending working -> {
        pending = true;
        working.step().thenAccept(next -> client.channel().eventLoop().execute(() -> resume(next)));
      }
    }
  }

  private void resume(AuthStep next) {
    if (client.state() == this) {
      pending = false;
      follow(next);
      client.resume();
    }
  }

  private void authenticated(LoginCredentials credentials) {
    ClientContext context = client.context();
    if (context.consoles().isConsole(startup.database())) {
      console();
      return;
    }
    DatabaseConfig database = context.config().database(startup.database());
    if (database == null) {
      client.fail(unknownDatabase());
    } else if (startup.replication() != Replication.NONE
        && database.session().replication() == ReplicationPolicy.REJECT) {
      client.fail(
          ErrorMessage.fatal(
                  SqlState.FEATURE_NOT_SUPPORTED, "replication connections are not allowed here")
              .withHint("The configuration says so: session.replication = reject."));
    } else if (startup.replication() != Replication.NONE) {
      client.transition(new ReplicationState(client, startup, database, credentials));
    } else {
      StartupSettings settings = StartupSettings.of(startup, context.config(), database);
      if (settings.refused() != null) {
        client.fail(settings.refused());
      } else {
        client.transition(
            new WelcomeState(
                client, startup, context.pools().pool(database, credentials), settings));
      }
    }
  }

  private ErrorMessage unknownDatabase() {
    return ErrorMessage.fatal(
        SqlState.INVALID_CATALOG_NAME,
        "database \"%s\" does not exist".formatted(startup.database()));
  }

  private void console() {
    ConsoleFactory consoles = client.context().consoles();
    ConsoleFactory.Console console = consoles.open(startup.user(), startup.database());
    if (console == null) {
      client.fail(
          ErrorMessage.fatal(
                  SqlState.INSUFFICIENT_PRIVILEGE,
                  "user \"%s\" may not use the console".formatted(startup.user()))
              .withHint("The configuration names them in admin.users and admin.stats-users."));
      return;
    }
    client.transition(new ConsoleState(client, startup, console));
  }
}
