package dev.sluice.proxy.cluster;

import dev.sluice.config.DataSize;
import dev.sluice.config.RoutingConfig;
import java.time.Duration;

/**
 * When a replica is fresh enough to be used.
 *
 * @param maxLag for the bound on its staleness
 * @param maxLagBytes for what it has not replayed yet; {@link Long#MAX_VALUE} for no limit
 * @param readmitAfter good readings in a row before one that was out is in again
 */
public record FreshnessLimits(Duration maxLag, long maxLagBytes, int readmitAfter) {

  /** As it is configured. */
  public static FreshnessLimits of(RoutingConfig routing) {
    DataSize bytes = routing.maxLagBytes();
    return new FreshnessLimits(
        routing.maxLag(), bytes == null ? Long.MAX_VALUE : bytes.bytes(), routing.readmitAfter());
  }

  boolean allow(long stalenessNanos, long lagBytes) {
    return stalenessNanos <= maxLag.toNanos()
        && (maxLagBytes == Long.MAX_VALUE || (lagBytes >= 0 && lagBytes <= maxLagBytes));
  }
}
