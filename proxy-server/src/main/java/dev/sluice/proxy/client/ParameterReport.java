package dev.sluice.proxy.client;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.ServerParameters;
import dev.sluice.proxy.session.SettingsProfile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/**
 * The ParameterStatus messages of a login. Instances of one application come with the same
 * parameters, so those of the last login are kept. Belongs to one event loop.
 */
final class ParameterReport {
  private @Nullable ServerParameters base;
  private @Nullable SettingsProfile settings;
  private byte[] messages = {};

  /** What the server reports, and in its place what the client has chosen. */
  @SuppressWarnings("ReferenceEquality") // both are shared; another object only costs time
  void writeTo(ByteBuf out, ClientSession session) {
    if (base == session.base() && settings == session.settings()) {
      out.writeBytes(messages);
      return;
    }
    int start = out.writerIndex();
    session
        .base()
        .values()
        .forEach(
            (name, value) -> {
              String chosen = session.settings().get(name);
              BackendMessages.parameterStatus(out, name, chosen == null ? value : chosen);
            });
    messages = ByteBufUtil.getBytes(out, start, out.writerIndex() - start, true);
    base = session.base();
    settings = session.settings();
  }
}
