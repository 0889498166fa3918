package dev.sluice.proxy.client;

import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.sql.StatementTraits;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told when its backend is gone.
 *
 * @param inBlock a transaction block was open, or about to be: its rest must not run on its own
 * @param owed answers were under way, so the error answers them; else it answers what comes next
 * @param readyAnswers how many ReadyForQuery the client is waiting for
 * @param batchOpen extended-protocol messages were sent without a Sync
 */
record LostBackend(
    ErrorMessage error, boolean inBlock, boolean owed, int readyAnswers, boolean batchOpen) {

  static LostBackend of(
      ConversationLedger ledger,
      byte status,
      RequestRelay relay,
      @Nullable ErrorMessage lastWords) {
    int traits = relay.traitsInFlight();
    boolean owed = !ledger.isEmpty() || relay.batchOpen();
    boolean block = status != TransactionStatus.IDLE || (traits & StatementTraits.BEGINS) != 0;
    boolean commit =
        !block
            ? (traits & StatementTraits.MAY_WRITE) != 0
            : (traits & StatementTraits.COMMITS) != 0;
    int readyAnswers =
        ledger.count(Expect.QUERY) + ledger.count(Expect.FUNCTION_CALL) + ledger.count(Expect.SYNC);
    return new LostBackend(
        error(owed && commit, lastWords),
        block && !(owed && (traits & StatementTraits.COMMITS) != 0),
        owed,
        readyAnswers,
        relay.batchOpen());
  }

  private static ErrorMessage error(boolean commitInFlight, @Nullable ErrorMessage lastWords) {
    ErrorMessage error =
        commitInFlight
            ? ErrorMessage.error(
                    SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
                    "the server connection was lost while a commit was in flight")
                .withHint("Look whether the transaction's effects are there before trying again.")
            : ErrorMessage.error(
                SqlState.CONNECTION_FAILURE, "server closed the connection unexpectedly");
    String outcome =
        commitInFlight
            ? "The outcome of the transaction is unknown."
            : "The transaction was rolled back.";
    return error.withDetail(
        lastWords == null
            ? outcome
            : "%s The server said: %s (%s)"
                .formatted(outcome, lastWords.message(), lastWords.sqlState()));
  }
}
