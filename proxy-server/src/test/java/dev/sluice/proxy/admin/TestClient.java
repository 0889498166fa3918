package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.FrontendMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Talks to a session without a socket and shows its answers as text: a type byte and the fields,
 * such as {@code D a|NULL} for a row and {@code E 42601 ...} for an error.
 */
final class TestClient {
  private final ConsoleSession session;

  TestClient(ConsoleRole role) {
    this(new SampleData(), role, "sluice");
  }

  TestClient(SampleData data, ConsoleRole role, String database) {
    this(new Console(data, new StatsAverages()).open("sre", database, role));
  }

  TestClient(ConsoleSession session) {
    this.session = session;
  }

  boolean isClosed() {
    return session.isClosed();
  }

  List<String> query(String text) {
    return send(out -> FrontendMessages.query(out, text));
  }

  /** Sends whole messages, as a channel would hand them over, and gives the answers. */
  @SafeVarargs
  final List<String> send(Consumer<ByteBuf>... messages) {
    return describe(raw(messages));
  }

  @SafeVarargs
  final byte[] raw(Consumer<ByteBuf>... messages) {
    ByteBuf in = Unpooled.buffer();
    ByteBuf out = Unpooled.buffer();
    for (Consumer<ByteBuf> message : messages) {
      message.accept(in);
    }
    while (in.isReadable()) {
      byte type = in.readByte();
      int length = in.readInt() - 4;
      session.onMessage(type, in.readSlice(length), out);
    }
    byte[] answer = new byte[out.readableBytes()];
    out.readBytes(answer);
    return answer;
  }

  static Consumer<ByteBuf> message(char type, byte... body) {
    return out -> {
      out.writeByte(type);
      out.writeInt(4 + body.length);
      out.writeBytes(body);
    };
  }

  static Consumer<ByteBuf> parse(String name, String sql) {
    return out -> FrontendMessages.parse(out, name, sql);
  }

  static Consumer<ByteBuf> bind(String portal, String statement, int... resultFormats) {
    return out -> {
      ByteBuf body = Unpooled.buffer();
      body.writeCharSequence(portal + "\0" + statement + "\0", StandardCharsets.UTF_8);
      body.writeShort(0);
      body.writeShort(0);
      body.writeShort(resultFormats.length);
      for (int format : resultFormats) {
        body.writeShort(format);
      }
      out.writeByte('B');
      out.writeInt(4 + body.readableBytes());
      out.writeBytes(body);
    };
  }

  static Consumer<ByteBuf> describeStatement(String name) {
    return out -> FrontendMessages.describeStatement(out, name);
  }

  static Consumer<ByteBuf> describePortal(String name) {
    return out -> FrontendMessages.describePortal(out, name);
  }

  static Consumer<ByteBuf> execute(String portal, int maxRows) {
    return out -> FrontendMessages.execute(out, portal, maxRows);
  }

  static Consumer<ByteBuf> sync() {
    return FrontendMessages::sync;
  }

  static List<String> describe(byte[] answer) {
    ByteBuf in = Unpooled.wrappedBuffer(answer);
    List<String> messages = new ArrayList<>();
    while (in.isReadable()) {
      char type = (char) in.readByte();
      ByteBuf body = in.readSlice(in.readInt() - 4);
      messages.add(
          switch (type) {
            case 'T' -> "T " + columns(body);
            case 'D' -> "D " + row(body);
            case 'E', 'N' -> type + " " + error(body);
            case 'C' -> "C " + string(body);
            case 'Z' -> "Z " + (char) body.readByte();
            case 't' -> "t " + oids(body);
            default -> String.valueOf(type);
          });
      if (body.isReadable()) {
        throw new AssertionError("rest of " + body.readableBytes() + " bytes in message " + type);
      }
    }
    return messages;
  }

  /** {@code name:oid:size:format} of each column. */
  private static String columns(ByteBuf body) {
    List<String> columns = new ArrayList<>();
    int count = body.readShort();
    for (int i = 0; i < count; i++) {
      String name = string(body);
      body.skipBytes(6);
      int oid = body.readInt();
      int size = body.readShort();
      body.skipBytes(4);
      columns.add(name + ":" + oid + ":" + size + ":" + body.readShort());
    }
    return String.join("|", columns);
  }

  /** Values as text where they are printable, else in hexadecimal. */
  private static String row(ByteBuf body) {
    List<String> values = new ArrayList<>();
    int count = body.readShort();
    for (int i = 0; i < count; i++) {
      int length = body.readInt();
      if (length < 0) {
        values.add("NULL");
        continue;
      }
      byte[] bytes = new byte[length];
      body.readBytes(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      boolean printable = text.chars().noneMatch(c -> c < ' ' || c == 0xfffd);
      values.add(printable ? text : "0x" + HexFormat.of().formatHex(bytes));
    }
    return String.join("|", values);
  }

  private static String oids(ByteBuf body) {
    List<String> oids = new ArrayList<>();
    int count = body.readShort();
    for (int i = 0; i < count; i++) {
      oids.add(String.valueOf(body.readInt()));
    }
    return String.join("|", oids);
  }

  /** Severity, code and message; then detail and hint if there are any. */
  private static String error(ByteBuf body) {
    StringBuilder text = new StringBuilder();
    byte field = body.readByte();
    while (field != 0) {
      String value = string(body);
      if (field != 'S') {
        text.append(text.isEmpty() ? "" : field == 'D' || field == 'H' ? " | " : " ");
        text.append(value);
      }
      field = body.readByte();
    }
    return text.toString();
  }

  private static String string(ByteBuf body) {
    int length = body.bytesBefore((byte) 0);
    String value = body.readCharSequence(length, StandardCharsets.UTF_8).toString();
    body.skipBytes(1);
    return value;
  }
}
