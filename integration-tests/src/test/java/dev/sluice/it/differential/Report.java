package dev.sluice.it.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a pass of the suite through a proxy gave, against the same cases on PostgreSQL itself. */
record Report(String pass, int cases, List<String> differences) {

  static Report compare(String pass, Map<Case, Transcript> direct, Map<Case, Transcript> proxied) {
    List<String> differences = new ArrayList<>();
    proxied.forEach(
        (script, transcript) -> {
          Transcript expected = Objects.requireNonNull(direct.get(script));
          if (!expected.matches(transcript)) {
            differences.add(
                "== " + script.name() + "\n" + Transcript.sideBySide(expected, transcript));
          }
        });
    return new Report(pass, proxied.size(), differences);
  }

  @Override
  public String toString() {
    return "%s: %d cases, %d differences%s"
        .formatted(
            pass,
            cases,
            differences.size(),
            differences.isEmpty() ? "" : "\n" + String.join("\n", differences));
  }
}
