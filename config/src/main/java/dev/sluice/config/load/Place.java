package dev.sluice.config.load;

import java.util.List;
import java.util.Optional;

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
   * Adds a problem that keys have with each other, at the first of them that is written in the
   * section that wins; at the section itself, if none of them is written at all. It is not added
   * when one of them is broken by itself, or when the first of them was already found guilty of the
   * same where it is inherited from.
   *
   * @param keys all that have a part in it, the likeliest mistake first
   */
  void problem(List<String> keys, String message) {
    List<String> all =
        keys.stream()
            .flatMap(key -> prefixes.stream().map(prefix -> KeyPath.join(prefix, key)))
            .toList();
    // What is absent here may stand in a file that could not be read.
    boolean unknown =
        findings.isIncomplete()
            && keys.stream()
                .anyMatch(
                    key ->
                        prefixes.stream()
                            .noneMatch(prefix -> isWritten(KeyPath.join(prefix, key))));
    if (unknown || all.stream().anyMatch(findings::isBroken)) {
      return;
    }
    String rule = keys.toString();
    Optional<String> likeliest = all.stream().filter(this::isWritten).findFirst();
    if (likeliest.isPresent() && findings.isJudged(rule, likeliest.get())) {
      return;
    }
    String key =
        prefixes.stream()
            .flatMap(prefix -> keys.stream().map(name -> KeyPath.join(prefix, name)))
            .filter(this::isWritten)
            .findFirst()
            .or(() -> prefixes.stream().filter(this::isWritten).findFirst())
            .orElse(all.getFirst());
    Location location = findings.whereWritten(key);
    findings.judged(rule, key);
    findings.problem(location == null ? findings.wholeFile() : location, key, message);
  }

  private boolean isWritten(String key) {
    return findings.whereWritten(key) != null;
  }
}
