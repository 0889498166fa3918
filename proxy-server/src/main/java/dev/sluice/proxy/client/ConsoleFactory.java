package dev.sluice.proxy.client;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes console sessions; the console itself knows nothing of channels. */
public interface ConsoleFactory {
  /** One administrator's conversation. */
  interface Console {
    /** Takes one message and appends what is to be answered. */
    void onMessage(byte type, ByteBuf body, ByteBuf out);
  }

  /** True for the names under which clients reach the console. */
  boolean isConsole(String database);

  /** Null if the user may not use the console. */
  @Nullable Console open(String user);

  /** What the console reports of itself at login. */
  Map<String, String> parameters();
}
