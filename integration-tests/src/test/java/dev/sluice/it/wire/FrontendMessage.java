package dev.sluice.it.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that a client sends (PostgreSQL manual, "Message Formats"), already encoded. Nothing is
 * validated, so that tests can send what no driver would.
 */
public final class FrontendMessage {
  private final char tag;
  private final byte[] encoded;

  private FrontendMessage(char tag, byte[] encoded) {
    this.tag = tag;
    this.encoded = encoded;
  }

  /** {@code '\0'} for messages without a tag: startup, SSLRequest, GSSENCRequest, CancelRequest. */
  public char tag() {
    return tag;
  }

  public byte[] encoded() {
    return encoded.clone();
  }

  public static FrontendMessage query(String sql) {
    return new Body().text(sql).as('Q');
  }

  public static FrontendMessage parse(String statement, String sql, int... typeOids) {
    Body body = new Body().text(statement).text(sql).int16(typeOids.length);
    for (int oid : typeOids) {
      body.int32(oid);
    }
    return body.as('P');
  }

  /** Binds text values; {@code null} is SQL NULL. Results come in text. */
  public static FrontendMessage bind(String portal, String statement, @Nullable String... values) {
    List<@Nullable Bytes> octets = new java.util.ArrayList<>();
    for (String value : values) {
      octets.add(value == null ? null : Bytes.of(value));
    }
    return bind(portal, statement, List.of(), octets, List.of());
  }

  /**
   * Format codes are 0 for text and 1 for binary; an empty list means text for all, a single one
   * holds for all.
   */
  public static FrontendMessage bind(
      String portal,
      String statement,
      List<Integer> valueFormats,
      List<@Nullable Bytes> values,
      List<Integer> resultFormats) {
    Body body = new Body().text(portal).text(statement);
    body.int16s(valueFormats).int16(values.size());
    for (Bytes value : values) {
      body.value(value);
    }
    return body.int16s(resultFormats).as('B');
  }

  public static FrontendMessage describeStatement(String name) {
    return new Body().octet('S').text(name).as('D');
  }

  public static FrontendMessage describePortal(String name) {
    return new Body().octet('P').text(name).as('D');
  }

  public static FrontendMessage closeStatement(String name) {
    return new Body().octet('S').text(name).as('C');
  }

  public static FrontendMessage closePortal(String name) {
    return new Body().octet('P').text(name).as('C');
  }

  /** {@code maxRows} 0 means all rows. */
  public static FrontendMessage execute(String portal, int maxRows) {
    return new Body().text(portal).int32(maxRows).as('E');
  }

  public static FrontendMessage sync() {
    return new Body().as('S');
  }

  public static FrontendMessage flush() {
    return new Body().as('H');
  }

  public static FrontendMessage terminate() {
    return new Body().as('X');
  }

  public static FrontendMessage copyData(Bytes data) {
    return new Body().octets(data).as('d');
  }

  public static FrontendMessage copyDone() {
    return new Body().as('c');
  }

  public static FrontendMessage copyFail(String reason) {
    return new Body().text(reason).as('f');
  }

  public static FrontendMessage functionCall(
      int functionOid, List<Integer> valueFormats, List<@Nullable Bytes> values, int resultFormat) {
    Body body = new Body().int32(functionOid).int16s(valueFormats).int16(values.size());
    for (Bytes value : values) {
      body.value(value);
    }
    return body.int16(resultFormat).as('F');
  }

  /** PasswordMessage, SASLInitialResponse and SASLResponse share the tag {@code p}. */
  public static FrontendMessage password(Bytes body) {
    return new Body().octets(body).as('p');
  }

  public static FrontendMessage raw(char tag, Bytes body) {
    return new Body().octets(body).as(tag);
  }

  /** Octets as they are, framed by nobody. */
  public static FrontendMessage unframed(Bytes octets) {
    return new FrontendMessage('\0', octets.toArray());
  }

  public static FrontendMessage sslRequest() {
    return new Body().int32(1234 << 16 | 5679).asUntagged();
  }

  public static FrontendMessage gssEncRequest() {
    return new Body().int32(1234 << 16 | 5680).asUntagged();
  }

  public static FrontendMessage cancelRequest(int processId, Bytes secret) {
    return new Body().int32(1234 << 16 | 5678).int32(processId).octets(secret).asUntagged();
  }

  public static FrontendMessage startup(Login login) {
    Body body = new Body().int32(login.protocol());
    body.text("user").text(login.user());
    login.database().ifPresent(database -> body.text("database").text(database));
    login.parameters().forEach((name, value) -> body.text(name).text(value));
    return body.octet('\0').asUntagged();
  }

  @Override
  public String toString() {
    return tag == '\0' ? "untagged " + Bytes.of(encoded) : tag + " " + Bytes.of(encoded);
  }

  private static final class Body {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Body octet(int value) {
      out.write(value);
      return this;
    }

    Body int16(int value) {
      return octet(value >>> 8).octet(value);
    }

    Body int32(int value) {
      return int16(value >>> 16).int16(value);
    }

    Body int16s(List<Integer> values) {
      int16(values.size());
      values.forEach(this::int16);
      return this;
    }

    Body text(String value) {
      out.writeBytes(value.getBytes(UTF_8));
      return octet(0);
    }

    Body octets(Bytes value) {
      out.writeBytes(value.toArray());
      return this;
    }

    Body value(@Nullable Bytes value) {
      return value == null ? int32(-1) : int32(value.size()).octets(value);
    }

    FrontendMessage as(char tag) {
      Body framed = new Body().octet(tag).int32(out.size() + 4);
      framed.out.writeBytes(out.toByteArray());
      return new FrontendMessage(tag, framed.out.toByteArray());
    }

    FrontendMessage asUntagged() {
      Body framed = new Body().int32(out.size() + 4);
      framed.out.writeBytes(out.toByteArray());
      return new FrontendMessage('\0', framed.out.toByteArray());
    }
  }
}
