package dev.sluice.proxy.client;

import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.FrontendType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What a client sends, written as a script reads. */
final class Messages {
  private final ByteBuf out = Unpooled.buffer();

  static byte[] bytes(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  byte[] bytes() {
    return ByteBufUtil.getBytes(out);
  }

  Messages query(String sql) {
    FrontendMessages.query(out, sql);
    return this;
  }

  Messages parse(String name, String sql) {
    FrontendMessages.parse(out, name, sql);
    return this;
  }

  Messages bind(String portal, String statement, String... values) {
    FrontendMessages.bindText(out, portal, statement, List.copyOf(Arrays.asList(values)));
    return this;
  }

  Messages describeStatement(String name) {
    FrontendMessages.describeStatement(out, name);
    return this;
  }

  Messages describePortal(String name) {
    FrontendMessages.describePortal(out, name);
    return this;
  }

  Messages execute(String portal, int maxRows) {
    FrontendMessages.execute(out, portal, maxRows);
    return this;
  }

  Messages closeStatement(String name) {
    FrontendMessages.closeStatement(out, name);
    return this;
  }

  Messages closePortal(String name) {
    FrontendMessages.closePortal(out, name);
    return this;
  }

  Messages sync() {
    FrontendMessages.sync(out);
    return this;
  }

  Messages flush() {
    FrontendMessages.flush(out);
    return this;
  }

  Messages functionCall() {
    out.writeByte(FrontendType.FUNCTION_CALL).writeInt(4 + 4 + 2 + 2 + 2);
    out.writeInt(1598).writeShort(0).writeShort(0).writeShort(0);
    return this;
  }

  Messages copyData(String data) {
    byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
    out.writeByte(FrontendType.COPY_DATA).writeInt(4 + bytes.length).writeBytes(bytes);
    return this;
  }

  Messages copyDone() {
    out.writeByte(FrontendType.COPY_DONE).writeInt(4);
    return this;
  }

  Messages copyFail(String reason) {
    FrontendMessages.copyFail(out, reason);
    return this;
  }
}
