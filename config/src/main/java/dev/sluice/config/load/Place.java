package dev.sluice.config.load;

import java.util.List;

/**
 * Where the keys of a section that holds may be written.
 *
 * @param prefixes full names of sections, the one that wins first
 */
record Place(Findings findings, List<String> prefixes) {
  Place child(String name) {
    return new Place(
        findings, prefixes.stream().map(prefix -> KeyPath.join(prefix, name)).toList());
  }

  /**
   * Adds a problem of several keys together, at the one of {@code keys} that is written in the
   * section that wins; at the section, if none of them is written at all.
   */
  void problem(List<String> keys, String message) {
    for (String prefix : prefixes) {
      for (String key : keys) {
        String full = KeyPath.join(prefix, key);
        Location location = findings.whereWritten(full);
        if (location != null) {
          findings.problem(location, full, message);
          return;
        }
      }
    }
    for (String prefix : prefixes) {
      Location location = findings.whereWritten(prefix);
      if (location != null) {
        findings.problem(location, prefix, message);
        return;
      }
    }
    findings.problem(
        findings.wholeFile(), KeyPath.join(prefixes.getLast(), keys.getFirst()), message);
  }
}
