package dev.sluice.proxy.auth.hba;

import java.util.ArrayList;
import java.util.List;

/** Divides one line into fields and tokens, as PostgreSQL does (manual, "The pg_hba.conf File"). */
final class LineScanner {
  private final String line;
  private int position;
  private boolean commaBehind;

  LineScanner(String line) {
    this.line = line;
  }

  /**
   * All fields of the line; none for a blank one or one that holds only a comment.
   *
   * @throws InvalidEntryException if a quote is not closed
   */
  List<List<Token>> fields() throws InvalidEntryException {
    List<List<Token>> fields = new ArrayList<>();
    while (skipSeparators()) {
      List<Token> field = new ArrayList<>();
      do {
        field.add(token());
      } while (commaBehind && skipSeparators());
      fields.add(List.copyOf(field));
    }
    return fields;
  }

  /** Answers whether a token follows. */
  private boolean skipSeparators() {
    while (position < line.length()
        && (isBlank(line.charAt(position)) || line.charAt(position) == ',')) {
      position++;
    }
    return position < line.length() && line.charAt(position) != '#';
  }

  private Token token() throws InvalidEntryException {
    StringBuilder text = new StringBuilder();
    boolean quoted = line.charAt(position) == '"';
    boolean inQuotes = false;
    commaBehind = false;
    while (position < line.length()) {
      char c = line.charAt(position);
      if (inQuotes && c == '"' && position + 1 < line.length() && line.charAt(position + 1) == c) {
        text.append(c);
        position++;
      } else if (c == '"') {
        inQuotes = !inQuotes;
      } else if (!inQuotes && (isBlank(c) || c == '#')) {
        break;
      } else if (!inQuotes && c == ',') {
        commaBehind = true;
        break;
      } else {
        text.append(c);
      }
      position++;
    }
    if (inQuotes) {
      throw new InvalidEntryException("a quote is not closed; add the second \"");
    }
    return new Token(text.toString(), quoted);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }
}
