package dev.sluice.proxy.server;

import dev.sluice.config.AdminConfig;
import dev.sluice.proxy.admin.ConsoleAccess;
import dev.sluice.proxy.admin.ConsoleRole;
import dev.sluice.proxy.admin.ConsoleSession;
import dev.sluice.proxy.client.ConsoleFactory;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the console behind the door that client connections know. */
final class ConsoleAdapter implements ConsoleFactory {
  private final dev.sluice.proxy.admin.Console console;
  private final AdminConfig admin;

  ConsoleAdapter(dev.sluice.proxy.admin.Console console, AdminConfig admin) {
    this.console = console;
    this.admin = admin;
  }

  @Override
  public int maxMessageBytes() {
    return ConsoleSession.MAX_MESSAGE_BYTES;
  }

  @Override
  public boolean isConsole(String database) {
    return ConsoleAccess.isConsole(database);
  }

  @Override
  public ConsoleFactory.@Nullable Console open(String user, String database) {
    ConsoleRole role = ConsoleAccess.roleOf(user, admin.users(), admin.statsUsers());
    return role == null ? null : new Conversation(console, user, database, role);
  }

  private static final class Conversation implements ConsoleFactory.Console {
    private final Map<String, String> parameters;
    private final ConsoleSession session;

    Conversation(
        dev.sluice.proxy.admin.Console console, String user, String database, ConsoleRole role) {
      this.parameters = console.parameters(user, database, role);
      this.session = console.open(user, database, role);
    }

    @Override
    public Map<String, String> parameters() {
      return parameters;
    }

    @Override
    public void onMessage(byte type, ByteBuf body, ByteBuf out) {
      session.onMessage(type, body, out);
    }

    @Override
    public boolean closed() {
      return session.isClosed();
    }
  }
}
