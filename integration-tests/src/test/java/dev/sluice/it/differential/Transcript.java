package dev.sluice.it.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a server answered to a case, normalised as the list of allowed differences says. */
record Transcript(List<Line> lines) {

  /**
   * @param origin the source file, line and routine of an error or notice; empty when the message
   *     has none, as those that a proxy makes up
   */
  record Line(String text, String origin) {

    boolean matches(Line other) {
      return text.equals(other.text)
          && (origin.equals(other.origin) || origin.isEmpty() || other.origin.isEmpty());
    }
  }

  Transcript {
    lines = List.copyOf(lines);
  }

  boolean matches(Transcript other) {
    if (lines.size() != other.lines.size()) {
      return false;
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).matches(other.lines.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Both transcripts below each other, with the first difference marked. */
  static String sideBySide(Transcript direct, Transcript proxied) {
    List<String> out = new ArrayList<>();
    int rows = Math.max(direct.lines.size(), proxied.lines.size());
    for (int i = 0; i < rows; i++) {
      String left = i < direct.lines.size() ? direct.lines.get(i).text() : "(nothing)";
      String right = i < proxied.lines.size() ? proxied.lines.get(i).text() : "(nothing)";
      if (left.equals(right)) {
        out.add("     both: " + left);
      } else {
        out.add("!  direct: " + left);
        out.add("! proxied: " + right);
      }
    }
    return String.join("\n", out);
  }

  @Override
  public String toString() {
    return lines.stream().map(Line::text).collect(Collectors.joining("\n"));
  }
}
