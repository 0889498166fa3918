package dev.sluice.protocol.startup;

import dev.sluice.protocol.message.CancelSecret;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first packet of a connection: manual, "Message Formats", StartupMessage, SSLRequest,
 * GSSENCRequest, CancelRequest. What is refused, and in which words, follows PostgreSQL.
 */
public final class StartupDecoder {
  /** A request, a violation, or neither yet. */
  public sealed interface Result permits NeedMore, StartupRequest, ProtocolViolation {}

  private static final NeedMore NEED_MORE = new NeedMore();
  private static final SslRequest SSL_REQUEST = new SslRequest();
  private static final GssEncryptionRequest GSS_ENCRYPTION_REQUEST = new GssEncryptionRequest();

  private static final int HEADER_LENGTH = 8;
  private static final int SUPPORTED_MAJOR = 3;

  /** NAMEDATALEN less its terminator: manual, "Identifiers and Key Words". */
  private static final int MAX_NAME_BYTES = 63;

  private static final String EXTENSION_PREFIX = "_pq_.";

  private StartupDecoder() {}

  /**
   * Looks at the packet that begins at the reader index. A request is consumed, and nothing behind
   * it; in all other cases the reader index stays. A packet that cannot become valid is refused as
   * soon as its header is there, without waiting for its rest.
   *
   * @param maxBytes the longest packet to accept, its length field included; PostgreSQL itself
   *     accepts 10004
   */
  public static Result decode(ByteBuf in, int maxBytes) {
    int available = in.readableBytes();
    if (available < 4) {
      return NEED_MORE;
    }
    int start = in.readerIndex();
    int length = in.getInt(start);
    if (length < HEADER_LENGTH || length > maxBytes) {
      return violation("invalid length of startup packet");
    }
    if (available < HEADER_LENGTH) {
      return NEED_MORE;
    }
    int code = in.getInt(start + 4);
    ProtocolViolation early = checkHeader(code, length);
    if (early != null) {
      return early;
    }
    if (available < length) {
      return NEED_MORE;
    }
    ByteBuf body = in.slice(start + HEADER_LENGTH, length - HEADER_LENGTH);
    Result result =
        switch (code) {
          case FrontendMessages.SSL_REQUEST_CODE -> SSL_REQUEST;
          case FrontendMessages.GSS_ENCRYPTION_REQUEST_CODE -> GSS_ENCRYPTION_REQUEST;
          case FrontendMessages.CANCEL_REQUEST_CODE -> cancelRequest(body);
          default -> startupMessage(code & 0xffff, body);
        };
    if (result instanceof StartupRequest) {
      in.skipBytes(length);
    }
    return result;
  }

  private static @Nullable ProtocolViolation checkHeader(int code, int length) {
    return switch (code) {
      case FrontendMessages.SSL_REQUEST_CODE, FrontendMessages.GSS_ENCRYPTION_REQUEST_CODE ->
          length == HEADER_LENGTH ? null : violation("invalid length of encryption request packet");
      case FrontendMessages.CANCEL_REQUEST_CODE ->
          CancelSecret.isValidLength(length - HEADER_LENGTH - 4)
              ? null
              : violation("invalid length of query cancel packet");
      default ->
          code >>> 16 == SUPPORTED_MAJOR
              ? null
              : new ProtocolViolation(
                  SqlState.FEATURE_NOT_SUPPORTED,
                  "unsupported frontend protocol %d.%d: server supports 3.0 to 3.%d"
                      .formatted(code >>> 16, code & 0xffff, StartupMessage.NEWEST_MINOR));
    };
  }

  private static CancelRequest cancelRequest(ByteBuf body) {
    int processId = body.readInt();
    byte[] secret = new byte[body.readableBytes()];
    body.readBytes(secret);
    return new CancelRequest(processId, secret);
  }

  private static Result startupMessage(int minor, ByteBuf body) {
    Map<String, String> parameters = new LinkedHashMap<>();
    List<String> unrecognisedOptions = new ArrayList<>();
    while (body.isReadable() && body.getByte(body.readerIndex()) != 0) {
      byte[] name = string(body);
      byte[] value = string(body);
      if (name == null || value == null) {
        // A name without a value, or a value that the packet's end cuts off.
        return missingTerminator();
      }
      String nameText = text(name);
      String valueText = text(value);
      if (nameText == null || valueText == null) {
        return new ProtocolViolation(
            SqlState.CHARACTER_NOT_IN_REPERTOIRE,
            "invalid byte sequence for encoding \"UTF8\" in startup packet");
      }
      if (nameText.startsWith(EXTENSION_PREFIX)) {
        unrecognisedOptions.add(nameText);
      } else {
        parameters.put(nameText, isName(nameText) ? truncated(valueText) : valueText);
      }
    }
    if (body.readableBytes() != 1) {
      return missingTerminator();
    }
    if (parameters.getOrDefault("user", "").isEmpty()) {
      return new ProtocolViolation(
          SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
          "no PostgreSQL user name specified in startup packet");
    }
    String replication = parameters.getOrDefault("replication", "false");
    if (Replication.parse(replication) == null) {
      return new ProtocolViolation(
          SqlState.INVALID_PARAMETER_VALUE,
          "invalid value for parameter \"replication\": \"" + replication + "\"");
    }
    return new StartupMessage(SUPPORTED_MAJOR, minor, parameters, unrecognisedOptions);
  }

  /** Reads up to the next NUL and over it; null if there is none. */
  private static byte @Nullable [] string(ByteBuf body) {
    int length = body.bytesBefore((byte) 0);
    if (length < 0) {
      return null;
    }
    byte[] value = new byte[length];
    body.readBytes(value);
    body.skipBytes(1);
    return value;
  }

  /**
   * Strict: two different names must never become the same text, as replacement characters would
   * make them.
   */
  private static @Nullable String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isName(String parameter) {
    return parameter.equals("user") || parameter.equals("database");
  }

  /**
   * Names of users and databases are cut as PostgreSQL cuts them; else one user would have many
   * names here. Not inside a character: such a name is nobody's.
   */
  private static String truncated(String name) {
    if (name.length() * 3 <= MAX_NAME_BYTES) {
      return name;
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MAX_NAME_BYTES) {
      return name;
    }
    int end = MAX_NAME_BYTES;
    while ((utf8[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }

  private static ProtocolViolation missingTerminator() {
    return violation("invalid startup packet layout: expected terminator as last byte");
  }

  private static ProtocolViolation violation(String message) {
    return new ProtocolViolation(SqlState.PROTOCOL_VIOLATION, message);
  }
}
