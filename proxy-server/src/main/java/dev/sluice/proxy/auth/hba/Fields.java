package dev.sluice.proxy.auth.hba;

import java.util.List;

/** The fields of an entry, one after the other. */
final class Fields {
  private final List<List<Token>> fields;
  private int next;

  Fields(Entry entry) {
    this.fields = entry.fields();
  }

  boolean hasNext() {
    return next < fields.size();
  }

  /** The tokens of the next field. */
  List<Token> list(String what) throws InvalidEntryException {
    if (!hasNext()) {
      throw new InvalidEntryException("the line ends before " + what + "; add it");
    }
    return fields.get(next++);
  }

  /** The next field, which must be one token. */
  Token single(String what) throws InvalidEntryException {
    List<Token> tokens = list(what);
    if (tokens.size() > 1) {
      throw new InvalidEntryException(
          what + " is a list; give one, and write a line for each of the others");
    }
    return tokens.getFirst();
  }
}
