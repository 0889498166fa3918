package dev.sluice.protocol.startup;

/**
 * Asks to cancel what another connection runs. Never answered: the connection is closed whether it
 * matched or not.
 *
 * @param secret 4 to 256 bytes, owned by this request
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared as a whole: the key is looked up by process id
public record CancelRequest(int processId, byte[] secret) implements StartupRequest {
  /** Leaves the secret out, so that no log can hold it. */
  @Override
  public String toString() {
    return "CancelRequest[processId=" + processId + ", " + secret.length + " secret bytes]";
  }
}
