package dev.sluice.config.load;

import dev.sluice.config.ListenAddress;
import dev.sluice.config.Worded;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as they would be written in the file. Secrets are hidden by their own type. */
final class Rendering {
  private Rendering() {}

  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Duration duration -> duration(duration);
      case Enum<?> constant -> Worded.wordOf(constant);
      case ListenAddress listen ->
          listen.address() + (listen.route() == null ? "" : " route " + of(listen.route()));
      case List<?> list ->
          list.stream().map(Rendering::of).collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  /** The largest unit that divides it. */
  private static String duration(Duration duration) {
    long micros =
        Math.addExact(
            Math.multiplyExact(duration.toSeconds(), 1_000_000L), duration.toNanosPart() / 1000);
    if (micros == 0) {
      return "0s";
    }
    for (DurationUnit unit : DurationUnit.LARGEST_FIRST) {
      if (micros % unit.micros() == 0) {
        return micros / unit.micros() + unit.words().getFirst();
      }
    }
    throw new IllegalStateException("every duration divides by its smallest unit");
  }
}
