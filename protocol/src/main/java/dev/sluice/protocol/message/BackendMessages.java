package dev.sluice.protocol.message;

import static dev.sluice.protocol.message.MessageWriter.bare;
import static dev.sluice.protocol.message.MessageWriter.begin;
import static dev.sluice.protocol.message.MessageWriter.count;
import static dev.sluice.protocol.message.MessageWriter.end;
import static dev.sluice.protocol.message.MessageWriter.requireCount;
import static dev.sluice.protocol.message.MessageWriter.requireNoNul;
import static dev.sluice.protocol.message.MessageWriter.string;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as PostgreSQL sends them. Strings are UTF-8; one with a NUL inside is an {@link
 * IllegalArgumentException}, and then nothing has been written.
 */
public final class BackendMessages {
  private static final int AUTHENTICATION_OK = 0;
  private static final int AUTHENTICATION_CLEARTEXT_PASSWORD = 3;
  private static final int AUTHENTICATION_MD5_PASSWORD = 5;
  private static final int AUTHENTICATION_SASL = 10;
  private static final int AUTHENTICATION_SASL_CONTINUE = 11;
  private static final int AUTHENTICATION_SASL_FINAL = 12;

  private BackendMessages() {}

  public static void authenticationOk(ByteBuf out) {
    authentication(out, AUTHENTICATION_OK, new byte[0]);
  }

  public static void authenticationCleartextPassword(ByteBuf out) {
    authentication(out, AUTHENTICATION_CLEARTEXT_PASSWORD, new byte[0]);
  }

  public static void authenticationMd5Password(ByteBuf out, byte[] salt) {
    if (salt.length != 4) {
      throw new IllegalArgumentException("an MD5 salt has 4 bytes, not " + salt.length);
    }
    authentication(out, AUTHENTICATION_MD5_PASSWORD, salt);
  }

  /** Offers mechanisms in the server's order of preference. */
  public static void authenticationSasl(ByteBuf out, List<String> mechanisms) {
    mechanisms.forEach(MessageWriter::requireNoNul);
    int length = begin(out, BackendType.AUTHENTICATION);
    out.writeInt(AUTHENTICATION_SASL);
    for (String mechanism : mechanisms) {
      string(out, mechanism);
    }
    out.writeByte(0);
    end(out, length);
  }

  public static void authenticationSaslContinue(ByteBuf out, byte[] data) {
    authentication(out, AUTHENTICATION_SASL_CONTINUE, data);
  }

  public static void authenticationSaslFinal(ByteBuf out, byte[] data) {
    authentication(out, AUTHENTICATION_SASL_FINAL, data);
  }

  private static void authentication(ByteBuf out, int kind, byte[] data) {
    int length = begin(out, BackendType.AUTHENTICATION);
    out.writeInt(kind);
    out.writeBytes(data);
    end(out, length);
  }

  public static void parameterStatus(ByteBuf out, String name, String value) {
    requireNoNul(name, value);
    int length = begin(out, BackendType.PARAMETER_STATUS);
    string(out, name);
    string(out, value);
    end(out, length);
  }

  /**
   * Gives a client what it needs to cancel.
   *
   * @param secret 4 bytes up to protocol 3.1, 4 to 256 from 3.2 on
   */
  public static void backendKeyData(ByteBuf out, int processId, byte[] secret) {
    CancelSecret.requireValid(secret);
    int length = begin(out, BackendType.BACKEND_KEY_DATA);
    out.writeInt(processId);
    out.writeBytes(secret);
    end(out, length);
  }

  /** Ends a cycle; the status is one of {@link TransactionStatus}. */
  public static void readyForQuery(ByteBuf out, byte status) {
    out.writeByte(BackendType.READY_FOR_QUERY);
    out.writeInt(5);
    out.writeByte(status);
  }

  public static void error(ByteBuf out, ErrorMessage error) {
    fields(out, BackendType.ERROR, error);
  }

  public static void notice(ByteBuf out, ErrorMessage notice) {
    fields(out, BackendType.NOTICE, notice);
  }

  private static void fields(ByteBuf out, byte tag, ErrorMessage error) {
    requireNoNul(error.sqlState(), error.message());
    requireNoNulIfPresent(error.detail());
    requireNoNulIfPresent(error.hint());
    int length = begin(out, tag);
    field(out, 'S', error.severity().name());
    field(out, 'V', error.severity().name());
    field(out, 'C', error.sqlState());
    field(out, 'M', error.message());
    field(out, 'D', error.detail());
    field(out, 'H', error.hint());
    out.writeByte(0);
    end(out, length);
  }

  private static void requireNoNulIfPresent(@Nullable String value) {
    if (value != null) {
      requireNoNul(value);
    }
  }

  private static void field(ByteBuf out, char field, @Nullable String value) {
    if (value != null) {
      out.writeByte(field);
      string(out, value);
    }
  }

  public static void commandComplete(ByteBuf out, String tag) {
    requireNoNul(tag);
    int length = begin(out, BackendType.COMMAND_COMPLETE);
    string(out, tag);
    end(out, length);
  }

  public static void parseComplete(ByteBuf out) {
    bare(out, BackendType.PARSE_COMPLETE);
  }

  public static void bindComplete(ByteBuf out) {
    bare(out, BackendType.BIND_COMPLETE);
  }

  public static void closeComplete(ByteBuf out) {
    bare(out, BackendType.CLOSE_COMPLETE);
  }

  public static void noData(ByteBuf out) {
    bare(out, BackendType.NO_DATA);
  }

  public static void portalSuspended(ByteBuf out) {
    bare(out, BackendType.PORTAL_SUSPENDED);
  }

  public static void emptyQuery(ByteBuf out) {
    bare(out, BackendType.EMPTY_QUERY);
  }

  public static void parameterDescription(ByteBuf out, int[] oids) {
    requireCount(oids.length);
    int length = begin(out, BackendType.PARAMETER_DESCRIPTION);
    count(out, oids.length);
    for (int oid : oids) {
      out.writeInt(oid);
    }
    end(out, length);
  }

  public static void rowDescription(ByteBuf out, List<ColumnDescription> columns) {
    requireCount(columns.size());
    columns.forEach(column -> requireNoNul(column.name()));
    int length = begin(out, BackendType.ROW_DESCRIPTION);
    count(out, columns.size());
    for (ColumnDescription column : columns) {
      string(out, column.name());
      out.writeInt(0);
      out.writeShort(0);
      out.writeInt(column.typeOid());
      out.writeShort(column.typeSize());
      out.writeInt(-1);
      out.writeShort(column.format());
    }
    end(out, length);
  }

  /** Writes one row; a null value is SQL's NULL. */
  public static void dataRow(ByteBuf out, List<byte @Nullable []> values) {
    requireCount(values.size());
    int length = begin(out, BackendType.DATA_ROW);
    count(out, values.size());
    for (byte @Nullable [] value : values) {
      if (value == null) {
        out.writeInt(-1);
      } else {
        out.writeInt(value.length);
        out.writeBytes(value);
      }
    }
    end(out, length);
  }

  /**
   * Answers a startup packet that asked for a newer minor version or for {@code _pq_.} options.
   *
   * @param newestMinor the minor version of protocol 3 that will be spoken
   * @param unrecognised names of the options that are not supported
   */
  public static void negotiateProtocolVersion(
      ByteBuf out, int newestMinor, List<String> unrecognised) {
    unrecognised.forEach(MessageWriter::requireNoNul);
    int length = begin(out, BackendType.NEGOTIATE_PROTOCOL_VERSION);
    // The manual calls the field a minor version; PostgreSQL sends, and libpq expects, the whole
    // version number.
    out.writeInt(3 << 16 | newestMinor);
    out.writeInt(unrecognised.size());
    for (String name : unrecognised) {
      string(out, name);
    }
    end(out, length);
  }
}
