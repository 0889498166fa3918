package dev.sluice.it.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.it.wire.BackendMessage.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Turns the body of one backend message into a record. A body with octets left over or missing is
 * an error of the server.
 */
final class BackendDecoder {
  private final char tag;
  private final ByteBuffer body;

  private BackendDecoder(char tag, ByteBuffer body) {
    this.tag = tag;
    this.body = body;
  }

  static BackendMessage decode(char tag, byte[] body) {
    BackendDecoder decoder = new BackendDecoder(tag, ByteBuffer.wrap(body));
    BackendMessage message = decoder.message();
    if (decoder.body.hasRemaining()) {
      throw new AssertionError(
          "message "
              + tag
              + " has "
              + decoder.body.remaining()
              + " octets too many: "
              + Bytes.of(body));
    }
    return message;
  }

  private BackendMessage message() {
    return switch (tag) {
      case 'R' -> new BackendMessage.Authentication(body.getInt(), rest());
      case 'S' -> new BackendMessage.ParameterStatus(text(), text());
      case 'K' -> new BackendMessage.BackendKeyData(body.getInt(), rest());
      case 'v' ->
          new BackendMessage.NegotiateProtocolVersion(
              body.getInt(), list(body.getInt(), this::text));
      case 'Z' -> new BackendMessage.ReadyForQuery((char) body.get());
      case 'T' -> new BackendMessage.RowDescription(list(body.getShort(), this::column));
      case 'D' -> new BackendMessage.DataRow(list(body.getShort(), this::value));
      case 'C' -> new BackendMessage.CommandComplete(text());
      case 'E' -> new BackendMessage.ErrorResponse(fields());
      case 'N' -> new BackendMessage.NoticeResponse(fields());
      case 'A' -> new BackendMessage.NotificationResponse(body.getInt(), text(), text());
      case 't' -> new BackendMessage.ParameterDescription(list(body.getShort(), body::getInt));
      case 'G', 'H', 'W' ->
          new BackendMessage.CopyResponse(
              tag, body.get(), list(body.getShort(), () -> (int) body.getShort()));
      case 'd' -> new BackendMessage.CopyData(rest());
      case 'V' -> new BackendMessage.FunctionCallResponse(value());
      case '1', '2', '3', 'c', 'n', 's', 'I' -> new BackendMessage.Bare(tag);
      default -> new BackendMessage.Unknown(tag, rest());
    };
  }

  private Column column() {
    return new Column(
        text(),
        body.getInt(),
        body.getShort(),
        body.getInt(),
        body.getShort(),
        body.getInt(),
        body.getShort());
  }

  private Optional<Bytes> value() {
    int size = body.getInt();
    return size == -1 ? Optional.empty() : Optional.of(octets(size));
  }

  private Map<Character, String> fields() {
    Map<Character, String> fields = new TreeMap<>();
    for (byte code = body.get(); code != 0; code = body.get()) {
      fields.put((char) code, text());
    }
    return fields;
  }

  private Bytes rest() {
    return octets(body.remaining());
  }

  private Bytes octets(int size) {
    byte[] octets = new byte[size];
    body.get(octets);
    return Bytes.of(octets);
  }

  private String text() {
    int end = body.position();
    while (body.get(end) != 0) {
      end++;
    }
    byte[] octets = new byte[end - body.position()];
    body.get(octets).get();
    return new String(octets, UTF_8);
  }

  private static <T> List<T> list(int count, Supplier<T> element) {
    List<T> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(element.get());
    }
    return list;
  }
}
