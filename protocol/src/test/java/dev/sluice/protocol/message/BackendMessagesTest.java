package dev.sluice.protocol.message;

import static dev.sluice.protocol.message.Bytes.assertRefuses;
import static dev.sluice.protocol.message.Bytes.assertWrites;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackendMessagesTest {
  private static final byte[] NONE = {};
  private static final byte[] DATA = {1, 0, (byte) 0xff};

  @Test
  void authentication() {
    assertWrites("'R' 00000008 00000000", BackendMessages::authenticationOk);
    assertWrites("'R' 00000008 00000003", BackendMessages::authenticationCleartextPassword);
    assertWrites(
        "'R' 0000000c 00000005 01020304",
        out -> BackendMessages.authenticationMd5Password(out, new byte[] {1, 2, 3, 4}));
    assertWrites(
        "'R' 00000017 0000000a 'SCRAM-SHA-256' 00 00",
        out -> BackendMessages.authenticationSasl(out, List.of("SCRAM-SHA-256")));
    assertWrites(
        "'R' 0000000d 0000000a 'A' 00 'B' 00 00",
        out -> BackendMessages.authenticationSasl(out, List.of("A", "B")));
    assertWrites(
        "'R' 0000000b 0000000b 0100ff",
        out -> BackendMessages.authenticationSaslContinue(out, DATA));
    assertWrites(
        "'R' 0000000b 0000000c 0100ff", out -> BackendMessages.authenticationSaslFinal(out, DATA));
    assertRefuses(out -> BackendMessages.authenticationMd5Password(out, DATA));
    assertRefuses(out -> BackendMessages.authenticationSasl(out, List.of("A", "B\0")));
  }

  @Test
  void session() {
    assertWrites(
        "'S' 0000000e 'Größe' 00 'a' 00",
        out -> BackendMessages.parameterStatus(out, "Größe", "a"));
    assertWrites(
        "'K' 0000000c ffffffff 01020304",
        out -> BackendMessages.backendKeyData(out, -1, new byte[] {1, 2, 3, 4}));
    assertWrites(
        "'K' 00000108 00000001 " + "00".repeat(256),
        out -> BackendMessages.backendKeyData(out, 1, new byte[256]));
    assertWrites(
        "'Z' 00000005 'E'",
        out -> BackendMessages.readyForQuery(out, TransactionStatus.FAILED_BLOCK));
    assertWrites(
        "'v' 0000000c 00030002 00000000",
        out -> BackendMessages.negotiateProtocolVersion(out, 2, List.of()));
    assertWrites(
        "'v' 0000001a 00030000 00000002 '_pq_.a' 00 '_pq_.b' 00",
        out -> BackendMessages.negotiateProtocolVersion(out, 0, List.of("_pq_.a", "_pq_.b")));
    assertRefuses(out -> BackendMessages.parameterStatus(out, "a\0", "b"));
    assertRefuses(out -> BackendMessages.parameterStatus(out, "a", "b\0c"));
    assertRefuses(out -> BackendMessages.backendKeyData(out, 1, new byte[3]));
    assertRefuses(out -> BackendMessages.backendKeyData(out, 1, new byte[257]));
    assertRefuses(out -> BackendMessages.negotiateProtocolVersion(out, 2, List.of("\0")));
  }

  @Test
  void errorsAndNotices() {
    ErrorMessage error = ErrorMessage.error(SqlState.SYNTAX_ERROR, "bad");
    assertWrites(
        "'E' 0000001f 'SERROR' 00 'VERROR' 00 'C42601' 00 'Mbad' 00 00",
        out -> BackendMessages.error(out, error));
    assertWrites(
        "'E' 00000025 'SERROR' 00 'VERROR' 00 'C42601' 00 'Mbad' 00 'Dd' 00 'Hh' 00 00",
        out -> BackendMessages.error(out, error.withDetail("d").withHint("h")));
    assertWrites(
        "'E' 0000001e 'SFATAL' 00 'VFATAL' 00 'C57P01' 00 'Mä' 00 00",
        out -> BackendMessages.error(out, ErrorMessage.fatal(SqlState.ADMIN_SHUTDOWN, "ä")));
    assertWrites(
        "'N' 00000021 'SWARNING' 00 'VWARNING' 00 'C25001' 00 'Mw' 00 00",
        out ->
            BackendMessages.notice(
                out, ErrorMessage.of(Severity.WARNING, SqlState.ACTIVE_SQL_TRANSACTION, "w")));
    assertRefuses(out -> BackendMessages.error(out, error.withDetail("a\0")));
    assertRefuses(out -> BackendMessages.error(out, error.withHint("a\0")));
    assertRefuses(out -> BackendMessages.notice(out, ErrorMessage.error(SqlState.WARNING, "\0")));
  }

  @Test
  void answersWithoutABody() {
    assertWrites("'1' 00000004", BackendMessages::parseComplete);
    assertWrites("'2' 00000004", BackendMessages::bindComplete);
    assertWrites("'3' 00000004", BackendMessages::closeComplete);
    assertWrites("'n' 00000004", BackendMessages::noData);
    assertWrites("'s' 00000004", BackendMessages::portalSuspended);
    assertWrites("'I' 00000004", BackendMessages::emptyQuery);
  }

  @Test
  void results() {
    assertWrites(
        "'C' 0000000d 'SELECT 1' 00", out -> BackendMessages.commandComplete(out, "SELECT 1"));
    assertWrites(
        "'t' 0000000e 0002 00000017 80000000",
        out -> BackendMessages.parameterDescription(out, new int[] {23, 0x80000000}));
    assertWrites(
        "'T' 0000002f 0002"
            + " 'a' 00 00000000 0000 00000019 ffff ffffffff 0000"
            + " 'bc' 00 00000000 0000 00000014 0008 ffffffff 0000",
        out ->
            BackendMessages.rowDescription(
                out, List.of(ColumnDescription.text("a"), ColumnDescription.bigint("bc"))));
    assertWrites(
        "'D' 00000015 0003 00000003 'abc' ffffffff 00000000",
        out ->
            BackendMessages.dataRow(
                out, Arrays.asList("abc".getBytes(StandardCharsets.UTF_8), null, NONE)));
    assertWrites("'D' 00000006 0000", out -> BackendMessages.dataRow(out, List.of()));
    assertRefuses(out -> BackendMessages.commandComplete(out, "a\0"));
    assertRefuses(
        out -> BackendMessages.rowDescription(out, List.of(ColumnDescription.text("\0"))));
    assertRefuses(out -> BackendMessages.dataRow(out, Collections.nCopies(65536, NONE)));
    assertRefuses(out -> BackendMessages.parameterDescription(out, new int[65536]));
  }
}
