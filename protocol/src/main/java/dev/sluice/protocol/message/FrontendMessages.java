package dev.sluice.protocol.message;

import static dev.sluice.protocol.message.MessageWriter.bare;
import static dev.sluice.protocol.message.MessageWriter.begin;
import static dev.sluice.protocol.message.MessageWriter.beginUntagged;
import static dev.sluice.protocol.message.MessageWriter.count;
import static dev.sluice.protocol.message.MessageWriter.end;
import static dev.sluice.protocol.message.MessageWriter.requireCount;
import static dev.sluice.protocol.message.MessageWriter.requireNoNul;
import static dev.sluice.protocol.message.MessageWriter.string;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as a client sends them to PostgreSQL. Strings are UTF-8; one with a NUL inside is
 * an {@link IllegalArgumentException}, and then nothing has been written.
 */
public final class FrontendMessages {
  /** Protocol 3.0, understood by every supported server. */
  public static final int PROTOCOL_3_0 = 3 << 16;

  /** Protocol 3.2, since PostgreSQL 18: cancel keys may be longer than 4 bytes. */
  public static final int PROTOCOL_3_2 = 3 << 16 | 2;

  // These stand where a startup packet has its version; 1234 is a major version that will never
  // exist.
  public static final int CANCEL_REQUEST_CODE = 1234 << 16 | 5678;
  public static final int SSL_REQUEST_CODE = 1234 << 16 | 5679;
  public static final int GSS_ENCRYPTION_REQUEST_CODE = 1234 << 16 | 5680;

  private static final byte STATEMENT = 'S';
  private static final byte PORTAL = 'P';

  private FrontendMessages() {}

  /**
   * Opens a session.
   *
   * @param protocolVersion major in the upper 16 bits, minor in the lower
   * @throws IllegalArgumentException also for an empty name, which would end the list early
   */
  public static void startup(ByteBuf out, int protocolVersion, Map<String, String> parameters) {
    parameters.forEach(
        (name, value) -> {
          requireNoNul(name, value);
          if (name.isEmpty()) {
            throw new IllegalArgumentException("a startup parameter without a name");
          }
        });
    int length = beginUntagged(out);
    out.writeInt(protocolVersion);
    parameters.forEach(
        (name, value) -> {
          string(out, name);
          string(out, value);
        });
    out.writeByte(0);
    end(out, length);
  }

  public static void sslRequest(ByteBuf out) {
    out.writeInt(8);
    out.writeInt(SSL_REQUEST_CODE);
  }

  /** Goes on a connection of its own; PostgreSQL closes it without an answer. */
  public static void cancelRequest(ByteBuf out, int processId, byte[] secret) {
    CancelSecret.requireValid(secret);
    int length = beginUntagged(out);
    out.writeInt(CANCEL_REQUEST_CODE);
    out.writeInt(processId);
    out.writeBytes(secret);
    end(out, length);
  }

  public static void query(ByteBuf out, String sql) {
    requireNoNul(sql);
    int length = begin(out, FrontendType.QUERY);
    string(out, sql);
    end(out, length);
  }

  /**
   * Prepares a statement under another name than the client gave it.
   *
   * @param queryAndTypes a Parse body from behind the statement name: query text with its NUL,
   *     count and types of parameters
   */
  public static void parse(ByteBuf out, String name, byte[] queryAndTypes) {
    requireNoNul(name);
    int length = begin(out, FrontendType.PARSE);
    string(out, name);
    out.writeBytes(queryAndTypes);
    end(out, length);
  }

  /** Prepares a statement whose parameter types PostgreSQL infers. */
  public static void parse(ByteBuf out, String name, String sql) {
    requireNoNul(name, sql);
    int length = begin(out, FrontendType.PARSE);
    string(out, name);
    string(out, sql);
    count(out, 0);
    end(out, length);
  }

  /** Binds parameters in text format (null is SQL's NULL) and asks for results in text format. */
  public static void bindText(
      ByteBuf out, String portal, String statement, List<? extends @Nullable String> parameters) {
    requireNoNul(portal, statement);
    requireCount(parameters.size());
    int length = begin(out, FrontendType.BIND);
    string(out, portal);
    string(out, statement);
    count(out, 0);
    count(out, parameters.size());
    for (String parameter : parameters) {
      if (parameter == null) {
        out.writeInt(-1);
      } else {
        int start = out.writerIndex();
        out.writeInt(0);
        out.setInt(start, ByteBufUtil.writeUtf8(out, parameter));
      }
    }
    count(out, 0);
    end(out, length);
  }

  public static void describeStatement(ByteBuf out, String name) {
    named(out, FrontendType.DESCRIBE, STATEMENT, name);
  }

  public static void describePortal(ByteBuf out, String name) {
    named(out, FrontendType.DESCRIBE, PORTAL, name);
  }

  /** Runs a portal; maxRows 0 means all. */
  public static void execute(ByteBuf out, String portal, int maxRows) {
    requireNoNul(portal);
    int length = begin(out, FrontendType.EXECUTE);
    string(out, portal);
    out.writeInt(maxRows);
    end(out, length);
  }

  public static void closeStatement(ByteBuf out, String name) {
    named(out, FrontendType.CLOSE, STATEMENT, name);
  }

  public static void closePortal(ByteBuf out, String name) {
    named(out, FrontendType.CLOSE, PORTAL, name);
  }

  private static void named(ByteBuf out, byte tag, byte kind, String name) {
    requireNoNul(name);
    int length = begin(out, tag);
    out.writeByte(kind);
    string(out, name);
    end(out, length);
  }

  public static void sync(ByteBuf out) {
    bare(out, FrontendType.SYNC);
  }

  public static void flush(ByteBuf out) {
    bare(out, FrontendType.FLUSH);
  }

  public static void terminate(ByteBuf out) {
    bare(out, FrontendType.TERMINATE);
  }

  /**
   * Ends a COPY FROM STDIN so that PostgreSQL fails the command with this reason in its message.
   */
  public static void copyFail(ByteBuf out, String reason) {
    requireNoNul(reason);
    int length = begin(out, FrontendType.COPY_FAIL);
    string(out, reason);
    end(out, length);
  }

  /**
   * Answers a request for a password, clear or hashed; the terminating NUL is added here.
   *
   * @throws IllegalArgumentException if the password holds a NUL
   */
  public static void password(ByteBuf out, byte[] password) {
    for (byte each : password) {
      if (each == 0) {
        throw new IllegalArgumentException("NUL inside a password");
      }
    }
    int length = begin(out, FrontendType.PASSWORD);
    out.writeBytes(password);
    out.writeByte(0);
    end(out, length);
  }

  /** Chooses a SASL mechanism and sends the client's first message with it. */
  public static void saslInitialResponse(ByteBuf out, String mechanism, byte[] data) {
    requireNoNul(mechanism);
    int length = begin(out, FrontendType.PASSWORD);
    string(out, mechanism);
    out.writeInt(data.length);
    out.writeBytes(data);
    end(out, length);
  }

  public static void saslResponse(ByteBuf out, byte[] data) {
    int length = begin(out, FrontendType.PASSWORD);
    out.writeBytes(data);
    end(out, length);
  }
}
