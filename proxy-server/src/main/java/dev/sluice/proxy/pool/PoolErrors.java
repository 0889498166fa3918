package dev.sluice.proxy.pool;

import dev.sluice.config.PoolConfig;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What clients are told when they get no backend. */
final class PoolErrors {
  private PoolErrors() {}

  static ErrorMessage waitTimeout(PoolConfig config, @Nullable ErrorMessage lastFailure) {
    ErrorMessage error =
        ErrorMessage.error(
                SqlState.TOO_MANY_CONNECTIONS,
                "no backend became free within wait-timeout (%d ms)"
                    .formatted(config.waitTimeout().toMillis()))
            .withHint(
                "Shorten transactions, or raise pool.size (%d) within PostgreSQL's max_connections."
                    .formatted(config.size()));
    return lastFailure == null
        ? error
        : error.withDetail(
            "The last attempt to connect failed: %s (%s)"
                .formatted(lastFailure.message(), lastFailure.sqlState()));
  }

  static ErrorMessage tooManyWaiting(PoolConfig config) {
    return ErrorMessage.error(
            SqlState.TOO_MANY_CONNECTIONS,
            "too many clients wait for a backend already (%d)".formatted(config.maxWaiting()))
        .withHint("Shorten transactions, or raise pool.size or pool.max-waiting.");
  }

  static ErrorMessage noPrimary(Duration failoverTimeout, String nodes) {
    return ErrorMessage.error(
            SqlState.CANNOT_CONNECT_NOW,
            "no node could take the transaction within failover-timeout (%d ms)"
                .formatted(failoverTimeout.toMillis()))
        .withDetail(nodes)
        .withHint("SHOW NODES says what is known of each node.");
  }

  /** PostgreSQL's own words; but the client's connection goes on. */
  static ErrorMessage connectFailed(ErrorMessage error) {
    return error.withSeverity(Severity.ERROR);
  }
}
