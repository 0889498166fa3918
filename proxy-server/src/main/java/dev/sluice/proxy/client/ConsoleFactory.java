package dev.sluice.proxy.client;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens console sessions; the console itself knows nothing of channels. */
public interface ConsoleFactory {
  /** One administrator's conversation. */
  interface Console {
    /** What the console reports of itself at login. */
    Map<String, String> parameters();

    /** Takes one message, not its buffer, and appends what is to be answered. */
    void onMessage(byte type, ByteBuf body, ByteBuf out);

    /** True when what was answered last is the end. */
    boolean closed();
  }

  /** The longest message that a console takes, in bytes. */
  int maxMessageBytes();

  /** True for the names under which clients reach the console. */
  boolean isConsole(String database);

  /** Null if the user may not use the console. */
  @Nullable Console open(String user, String database);
}
