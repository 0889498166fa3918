package dev.sluice.it.wire;

import dev.sluice.it.wire.BackendMessage.CommandComplete;
import dev.sluice.it.wire.BackendMessage.DataRow;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import java.util.List;

/** Looks into what a server answered. */
public final class Answers {

  private Answers() {}

  /** The rows in text, SQL NULL as {@code "NULL"}. */
  public static List<List<String>> rows(List<BackendMessage> messages) {
    return messages.stream()
        .filter(DataRow.class::isInstance)
        .map(message -> ((DataRow) message).values())
        .map(values -> values.stream().map(v -> v.map(Bytes::text).orElse("NULL")).toList())
        .toList();
  }

  /** The first values of all rows. */
  public static List<String> column(List<BackendMessage> messages) {
    return rows(messages).stream().map(List::getFirst).toList();
  }

  /** The command tags. */
  public static List<String> commands(List<BackendMessage> messages) {
    return messages.stream()
        .filter(CommandComplete.class::isInstance)
        .map(message -> ((CommandComplete) message).command())
        .toList();
  }

  public static List<ErrorResponse> errors(List<BackendMessage> messages) {
    return messages.stream()
        .filter(ErrorResponse.class::isInstance)
        .map(ErrorResponse.class::cast)
        .toList();
  }

  /** The error, of which there must be exactly one. */
  public static ErrorResponse error(List<BackendMessage> messages) {
    List<ErrorResponse> errors = errors(messages);
    if (errors.size() != 1) {
      throw new AssertionError("not one error but " + errors.size() + " in " + messages);
    }
    return errors.getFirst();
  }

  /** Fails if there is an error among them. */
  public static List<BackendMessage> good(List<BackendMessage> messages) {
    if (messages.stream()
        .anyMatch(m -> m instanceof ErrorResponse || m instanceof BackendMessage.Closed)) {
      throw new AssertionError("failed: " + messages);
    }
    return messages;
  }
}
