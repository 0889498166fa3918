package dev.sluice.it.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a pass of the suite through a proxy gave, against the same cases on PostgreSQL itself. */
record Report(String pass, int cases, List<String> differences) {

  static Report compare(
      String pass, Map<String, Transcript> direct, Map<String, Transcript> proxied) {
    List<String> differences = new ArrayList<>();
    proxied.forEach(
        (name, transcript) -> {
          Transcript expected = Objects.requireNonNull(direct.get(name));
          if (!expected.matches(transcript)) {
            differences.add("== " + name + "\n" + Transcript.sideBySide(expected, transcript));
          }
        });
    return new Report(pass, proxied.size(), differences);
  }

  /** One line. */
  String summary() {
    return "%s: %d cases, %d differences".formatted(pass, cases, differences.size());
  }

  @Override
  public String toString() {
    return differences.isEmpty() ? summary() : summary() + "\n" + String.join("\n", differences);
  }
}
