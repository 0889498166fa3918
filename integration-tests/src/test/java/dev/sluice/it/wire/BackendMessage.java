package dev.sluice.it.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A message that a server sends (PostgreSQL manual, "Message Formats"). */
public sealed interface BackendMessage {

  /** The tag on the wire; {@code '\0'} for what has none. */
  char tag();

  /**
   * @param kind the authentication request's code: 0 is AuthenticationOk
   */
  record Authentication(int kind, Bytes data) implements BackendMessage {
    @Override
    public char tag() {
      return 'R';
    }
  }

  record ParameterStatus(String name, String value) implements BackendMessage {
    @Override
    public char tag() {
      return 'S';
    }
  }

  /**
   * @param secret 4 bytes up to protocol 3.0, up to 256 from 3.2
   */
  record BackendKeyData(int processId, Bytes secret) implements BackendMessage {
    @Override
    public char tag() {
      return 'K';
    }
  }

  record NegotiateProtocolVersion(int newestMinor, List<String> unrecognised)
      implements BackendMessage {
    @Override
    public char tag() {
      return 'v';
    }
  }

  /**
   * @param status I idle, T in a block, E in a failed block
   */
  record ReadyForQuery(char status) implements BackendMessage {
    @Override
    public char tag() {
      return 'Z';
    }
  }

  record Column(
      String name, int table, int attribute, int type, int size, int modifier, int format) {}

  record RowDescription(List<Column> columns) implements BackendMessage {
    @Override
    public char tag() {
      return 'T';
    }
  }

  /**
   * @param values an absent value is SQL NULL
   */
  record DataRow(List<Optional<Bytes>> values) implements BackendMessage {
    @Override
    public char tag() {
      return 'D';
    }

    /** The text of a value that is not NULL. */
    public String text(int index) {
      return values.get(index).orElseThrow().text();
    }
  }

  record CommandComplete(String command) implements BackendMessage {
    @Override
    public char tag() {
      return 'C';
    }
  }

  /**
   * @param fields by field code: S severity, C SQLSTATE, M message, ...
   */
  record ErrorResponse(Map<Character, String> fields) implements BackendMessage {
    @Override
    public char tag() {
      return 'E';
    }

    public String sqlState() {
      return fields.getOrDefault('C', "");
    }

    public String severity() {
      return fields.getOrDefault('S', "");
    }

    public String message() {
      return fields.getOrDefault('M', "");
    }
  }

  /**
   * @param fields as those of an {@link ErrorResponse}
   */
  record NoticeResponse(Map<Character, String> fields) implements BackendMessage {
    @Override
    public char tag() {
      return 'N';
    }
  }

  record NotificationResponse(int processId, String channel, String payload)
      implements BackendMessage {
    @Override
    public char tag() {
      return 'A';
    }
  }

  record ParameterDescription(List<Integer> types) implements BackendMessage {
    @Override
    public char tag() {
      return 't';
    }
  }

  /**
   * @param direction G in, H out, W both
   */
  record CopyResponse(char direction, int format, List<Integer> columnFormats)
      implements BackendMessage {
    @Override
    public char tag() {
      return direction;
    }
  }

  record CopyData(Bytes data) implements BackendMessage {
    @Override
    public char tag() {
      return 'd';
    }
  }

  /**
   * @param value absent for SQL NULL
   */
  record FunctionCallResponse(Optional<Bytes> value) implements BackendMessage {
    @Override
    public char tag() {
      return 'V';
    }
  }

  /** Messages without a body, named by their tag: 1, 2, 3, c, n, s, I. */
  record Bare(char tag) implements BackendMessage {}

  /** A tag that this client does not know. */
  record Unknown(char tag, Bytes body) implements BackendMessage {}

  /** The one byte that answers an SSLRequest or GSSENCRequest. */
  record EncryptionAnswer(char answer) implements BackendMessage {
    @Override
    public char tag() {
      return '\0';
    }
  }

  /** Not a message: the server closed the connection. */
  record Closed() implements BackendMessage {
    @Override
    public char tag() {
      return '\0';
    }
  }
}
