package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** The bodies of PostgreSQL's {@code R} messages (manual, "Message Formats"). */
sealed interface AuthenticationRequest {
  /** PostgreSQL's own limit for a SASL message is 1024 bytes; nothing it sends here is longer. */
  int MAX_LENGTH = 8192;

  /** Reads a body; what does not have one of the known forms comes out as {@link Malformed}. */
  static AuthenticationRequest parse(ByteBuf body) {
    if (body.readableBytes() < Integer.BYTES || body.readableBytes() > MAX_LENGTH) {
      return new Malformed(body.readableBytes() + " bytes long");
    }
    int code = body.readInt();
    byte[] data = ByteBufUtil.getBytes(body);
    return switch (code) {
      case 0 -> requireEmpty(data, new Ok());
      case 3 -> requireEmpty(data, new CleartextPassword());
      case 5 ->
          data.length == Md5Exchange.SALT_LENGTH
              ? new Md5Password(SecretBytes.copyOf(data))
              : new Malformed("an md5 salt that is not four bytes");
      case 10 -> parseMechanisms(data);
      case 11 -> new SaslContinue(new String(data, ISO_8859_1));
      case 12 -> new SaslFinal(new String(data, ISO_8859_1));
      default -> new Unsupported(name(code));
    };
  }

  private static AuthenticationRequest requireEmpty(byte[] data, AuthenticationRequest request) {
    return data.length == 0 ? request : new Malformed("bytes behind its code");
  }

  /** A list of NUL-terminated names, ended by an empty one. */
  private static AuthenticationRequest parseMechanisms(byte[] data) {
    List<String> mechanisms = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] != 0) {
        continue;
      }
      if (i == start) {
        return i == data.length - 1
            ? new Sasl(List.copyOf(mechanisms))
            : new Malformed("bytes behind the SASL mechanisms");
      }
      mechanisms.add(new String(data, start, i - start, US_ASCII));
      start = i + 1;
    }
    return new Malformed("a list of SASL mechanisms that does not end");
  }

  private static String name(int code) {
    return switch (code) {
      case 2 -> "Kerberos V5";
      case 6 -> "SCM credentials";
      case 7, 8 -> "GSSAPI";
      case 9 -> "SSPI";
      default -> "authentication request " + code;
    };
  }

  record Ok() implements AuthenticationRequest {}

  record CleartextPassword() implements AuthenticationRequest {}

  record Md5Password(SecretBytes salt) implements AuthenticationRequest {}

  record Sasl(List<String> mechanisms) implements AuthenticationRequest {}

  record SaslContinue(String data) implements AuthenticationRequest {}

  record SaslFinal(String data) implements AuthenticationRequest {}

  /** A method that PostgreSQL has and Sluice does not. */
  record Unsupported(String name) implements AuthenticationRequest {}

  /** Not a message of the protocol; {@code what} completes "the message has/is ...". */
  record Malformed(String what) implements AuthenticationRequest {}
}
