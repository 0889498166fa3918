package dev.sluice.protocol.startup;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;

/** The packet cannot be accepted; the connection is to be closed after telling the client why. */
public record ProtocolViolation(SqlState sqlState, String message)
    implements StartupDecoder.Result {
  public ErrorMessage toError() {
    return ErrorMessage.fatal(sqlState, message);
  }
}
