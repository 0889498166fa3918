package dev.sluice.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ErrorMessageTest {
  private static final ErrorMessage FULL =
      ErrorMessage.fatal(SqlState.ADMIN_SHUTDOWN, "größer").withDetail("d").withHint("");

  @Test
  void readsBackWhatIsWritten() {
    ErrorMessage[] messages = {
      FULL,
      ErrorMessage.error(SqlState.SYNTAX_ERROR, ""),
      ErrorMessage.of(Severity.NOTICE, SqlState.SUCCESSFUL_COMPLETION, "n").withHint("h"),
      FULL.withSeverity(Severity.PANIC)
    };
    for (ErrorMessage message : messages) {
      assertEquals(message, ErrorMessage.parse(body(message)));
    }
  }

  @Test
  void theUntranslatedSeverityCountsWhereverItStands() {
    ErrorMessage expected = ErrorMessage.fatal(SqlState.INTERNAL_ERROR, "m");
    assertEquals(
        expected, ErrorMessage.parse(Bytes.of("'SERREUR' 00 'VFATAL' 00 'CXX000' 00 'Mm' 00 00")));
    assertEquals(
        expected, ErrorMessage.parse(Bytes.of("'VFATAL' 00 'SWARNING' 00 'CXX000' 00 'Mm' 00 00")));
    assertEquals(expected, ErrorMessage.parse(Bytes.of("'SFATAL' 00 'CXX000' 00 'Mm' 00 00")));
  }

  @Test
  void skipsFieldsItDoesNotKnow() {
    assertEquals(
        ErrorMessage.error(SqlState.SYNTAX_ERROR, "m"),
        ErrorMessage.parse(
            Bytes.of("'VERROR' 00 'P15' 00 'C42601' 00 '~~' 00 'Mm' 00 'Fscan.l' 00 ff 00 00")));
  }

  @Test
  void whatIsMissingIsEmpty() {
    assertEquals(
        new ErrorMessage(Severity.ERROR, "", "", null, null), ErrorMessage.parse(Bytes.of("00")));
    assertEquals(
        new ErrorMessage(Severity.ERROR, "", "m", null, null),
        ErrorMessage.parse(Bytes.of("'VNEW' 00 'Mm' 00 00")));
  }

  @Test
  void everyCutIsMalformed() {
    ByteBuf whole = body(FULL);
    for (int length = 0; length < whole.readableBytes(); length++) {
      assertNull(ErrorMessage.parse(whole.slice(whole.readerIndex(), length)));
    }
    assertNull(ErrorMessage.parse(Unpooled.wrappedBuffer(whole, Bytes.of("00"))));
  }

  @Test
  void leavesTheIndicesWhereTheyAre() {
    ByteBuf body = body(FULL);
    int before = body.readerIndex();
    assertEquals(FULL, ErrorMessage.parse(body));
    assertEquals(before, body.readerIndex());
  }

  @Test
  void noiseNeverThrows() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      ByteBuf body = body(FULL).copy();
      for (int j = random.nextInt(5); j >= 0; j--) {
        body.setByte(random.nextInt(body.writerIndex()), random.nextInt(256));
      }
      ErrorMessage message = ErrorMessage.parse(body);
      assertTrue(message == null || message.message().indexOf('\0') < 0, () -> "seed " + seed);
    }
  }

  @Test
  void isComparesTheCode() {
    assertTrue(FULL.is(SqlState.ADMIN_SHUTDOWN));
    assertFalse(FULL.is(SqlState.CRASH_SHUTDOWN));
    assertTrue(FULL.severity().endsConnection());
    assertFalse(Severity.ERROR.endsConnection());
  }

  @Test
  void codesAreFiveCharactersAndDifferent() {
    Set<String> codes = new HashSet<>();
    for (SqlState state : SqlState.values()) {
      assertTrue(state.code().matches("[0-9A-Z]{5}"), state.name());
      assertTrue(codes.add(state.code()), state.name());
    }
  }

  /** An ErrorResponse without its tag and length. */
  private static ByteBuf body(ErrorMessage message) {
    ByteBuf out = Unpooled.buffer();
    BackendMessages.error(out, message);
    return out.skipBytes(5);
  }
}
