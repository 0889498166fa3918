package dev.sluice.proxy.client;

import dev.sluice.config.SluiceConfig;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When PostgreSQL refuses a client's settings, nothing of the client runs, and it is told once. */
class CatchUpFailureTest {
  private static final SluiceConfig ONE = EmbeddedProxy.config("size = 1");
  private static final byte[] REFUSED =
      Messages.bytes(
          out -> {
            BackendMessages.error(
                out,
                ErrorMessage.error(SqlState.INVALID_PARAMETER_VALUE, "invalid value Mars/Base"));
            BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
          });

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void theErrorAndOneReadyForQueryAnswerAQuery(int piece) {
    refused(new Messages().query("UPDATE t").bytes(), waiting -> Math.min(piece, waiting));
  }

  @Test
  void theErrorAndOneReadyForQueryAnswerABatch() {
    refused(
        new Messages().parse("", "UPDATE t").bind("", "").execute("", 0).sync().bytes(),
        all -> all);
  }

  private static void refused(byte[] request, IntUnaryOperator pieces) {
    try (EmbeddedProxy proxy = new EmbeddedProxy(ONE)) {
      EmbeddedProxy.Client martian = proxy.connect(Map.of("TimeZone", "Mars/Base"));
      EmbeddedProxy.Client other = proxy.connect(Map.of());
      other.send(new Messages().query("SELECT 1").bytes());
      proxy.pump(all -> all);
      proxy.backends().postgres().getFirst().refuse("Mars/Base");
      martian.read();

      martian.send(request);
      proxy.pump(pieces);
      StreamSplitTest.assertSame(REFUSED, martian.read(), "the refusal");

      // The backend was given up; the next one takes the settings.
      byte[] query = new Messages().query("SELECT 2").bytes();
      martian.send(query);
      proxy.pump(pieces);
      StreamSplitTest.assertSame(StreamSplitTest.direct(query), martian.read(), "the next query");
      proxy.assertAllReleased();
    }
  }
}
