package dev.sluice.it.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a server answered to a case, normalised as the list of allowed differences says. */
public record Transcript(List<Line> lines) {

  /**
   * One message.
   *
   * @param more what counts only between two servers of which none made the message up itself: of
   *     errors and notices the detail, the hint, and the file, line and routine of PostgreSQL's
   *     source
   */
  public record Line(String text, Optional<String> more) {

    public static Line of(String text) {
      return new Line(text, Optional.of(""));
    }

    public boolean matches(Line other) {
      return text.equals(other.text)
          && (more.equals(other.more) || more.isEmpty() || other.more.isEmpty());
    }

    @Override
    public String toString() {
      return (text + " " + more.orElse("")).strip();
    }
  }

  public Transcript {
    lines = List.copyOf(lines);
  }

  public boolean matches(Transcript other) {
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
  public static String sideBySide(Transcript direct, Transcript proxied) {
    List<String> out = new ArrayList<>();
    int rows = Math.max(direct.lines.size(), proxied.lines.size());
    for (int i = 0; i < rows; i++) {
      String left = i < direct.lines.size() ? direct.lines.get(i).toString() : "(nothing)";
      String right = i < proxied.lines.size() ? proxied.lines.get(i).toString() : "(nothing)";
      if (i < direct.lines.size()
          && i < proxied.lines.size()
          && direct.lines.get(i).matches(proxied.lines.get(i))) {
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
    return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
  }
}
