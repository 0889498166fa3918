package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command gave.
 *
 * @param notices sent ahead of everything else
 * @param rows null for a command without columns
 * @param tag of CommandComplete
 */
record Outcome(List<ErrorMessage> notices, @Nullable ResultSet<?> rows, String tag) {

  static Outcome done(String tag) {
    return new Outcome(List.of(), null, tag);
  }

  static Outcome withNotice(ErrorMessage notice, String tag) {
    return new Outcome(List.of(notice), null, tag);
  }

  static Outcome rows(ResultSet<?> rows, String tag) {
    return new Outcome(List.of(), rows, tag);
  }
}
