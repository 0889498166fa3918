package dev.sluice.config.load;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the writer of an unknown key may have meant. */
final class Suggestions {
  private Suggestions() {}

  /**
   * What is wrong with {@code name}, which is none of {@code siblings} in the section at {@code
   * path}, and what would be valid.
   */
  static String unknown(String name, List<String> siblings, KeyPath path) {
    Optional<String> nearest = nearest(name, siblings);
    if (nearest.isPresent()) {
      return "unknown key; the nearest known key is " + KeyPath.join(path.written(), nearest.get());
    }
    List<String> all = KeyTable.keys().stream().map(KeyDescription::key).toList();
    Optional<String> elsewhere =
        nearest(name, all.stream().map(Suggestions::lastOf).distinct().toList());
    if (elsewhere.isPresent()) {
      return "unknown key here; the nearest known key is "
          + all.stream()
              .filter(key -> lastOf(key).equals(elsewhere.get()))
              .min(
                  Comparator.comparingLong(
                      (String key) -> key.chars().filter(c -> c == '.').count()))
              .orElseThrow();
    }
    return "unknown key; known here are "
        + siblings.stream().sorted().collect(Collectors.joining(", "));
  }

  private static String lastOf(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** The candidate with the fewest edits, if they are few enough to be a slip. */
  static Optional<String> nearest(String name, List<String> candidates) {
    String wanted = name.replace('_', '-');
    int tolerated = Math.max(1, wanted.length() / 3);
    return candidates.stream()
        .filter(candidate -> distance(wanted, candidate) <= tolerated)
        .min(Comparator.comparingInt(candidate -> distance(wanted, candidate)));
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
