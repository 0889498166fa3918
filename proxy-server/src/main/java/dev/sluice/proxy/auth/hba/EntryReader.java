package dev.sluice.proxy.auth.hba;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a file's entries, with those of the files it includes: {@code include}, {@code
 * include_if_exists}, {@code include_dir}, and {@code @file} in a list of names. Blocks.
 */
final class EntryReader {
  /** As in PostgreSQL: deeper means that a file includes itself. */
  private static final int MAX_DEPTH = 10;

  private static final Set<String> DIRECTIVES =
      Set.of("include", "include_if_exists", "include_dir");

  private final List<Entry> entries = new ArrayList<>();
  private final List<FileProblem> problems = new ArrayList<>();

  List<Entry> entries() {
    return entries;
  }

  List<FileProblem> problems() {
    return problems;
  }

  void read(Path file) {
    try {
      read(file, 0);
    } catch (InvalidEntryException e) {
      problems.add(new FileProblem(file, 0, e.problem()));
    }
  }

  /**
   * Reads one file, as deep inside others.
   *
   * @throws InvalidEntryException if it cannot be read at all
   */
  private void read(Path file, int depth) throws InvalidEntryException {
    for (Line line : lines(file)) {
      try {
        List<List<Token>> fields = new LineScanner(line.text()).fields();
        if (!fields.isEmpty() && !include(file, line.number(), fields, depth)) {
          entries.add(new Entry(file, line.number(), expanded(file, fields, depth)));
        }
      } catch (InvalidEntryException e) {
        problems.add(new FileProblem(file, line.number(), e.problem()));
      }
    }
  }

  /** Does what a line with an include directive asks for; false if it is not one. */
  private boolean include(Path file, int line, List<List<Token>> fields, int depth)
      throws InvalidEntryException {
    String directive = fields.getFirst().getFirst().text();
    if (!DIRECTIVES.contains(directive)) {
      return false;
    }
    if (fields.size() != 2 || fields.get(1).size() != 1) {
      throw new InvalidEntryException(directive + " takes one name; write it behind, in quotes");
    }
    Path target = beside(file, fields.get(1).getFirst().text());
    checkDepth(target, depth);
    List<Path> files =
        switch (directive) {
          case "include_dir" -> filesOf(target);
          case "include_if_exists" -> Files.exists(target) ? List.of(target) : List.of();
          default -> List.of(target);
        };
    for (Path each : files) {
      try {
        read(each, depth + 1);
      } catch (InvalidEntryException e) {
        problems.add(new FileProblem(file, line, each + " " + e.problem()));
      }
    }
    return true;
  }

  /** Those named *.conf, in the order of their names, without hidden ones. */
  private static List<Path> filesOf(Path directory) throws InvalidEntryException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.conf")) {
      for (Path each : all) {
        if (!each.getFileName().toString().startsWith(".") && !Files.isDirectory(each)) {
          files.add(each);
        }
      }
    } catch (IOException e) {
      throw new InvalidEntryException(
          directory + " cannot be read (" + e.getClass().getSimpleName() + "); name a directory");
    }
    files.sort(null);
    return files;
  }

  private List<List<Token>> expanded(Path file, List<List<Token>> fields, int depth)
      throws InvalidEntryException {
    List<List<Token>> result = new ArrayList<>();
    for (List<Token> field : fields) {
      result.add(expand(file, field, depth));
    }
    return result;
  }

  private List<Token> expand(Path file, List<Token> tokens, int depth)
      throws InvalidEntryException {
    List<Token> result = new ArrayList<>();
    for (Token token : tokens) {
      if (token.isFileReference()) {
        Path target = beside(file, token.text().substring(1));
        checkDepth(target, depth);
        result.addAll(names(target, depth + 1));
      } else {
        result.add(token);
      }
    }
    if (result.isEmpty()) {
      throw new InvalidEntryException(
          tokens.getFirst().text() + " names nobody; write names into the file, or drop the line");
    }
    return result;
  }

  /** All names of a file, whether blanks, commas or lines are between them. */
  private List<Token> names(Path file, int depth) throws InvalidEntryException {
    List<Line> lines;
    try {
      lines = lines(file);
    } catch (InvalidEntryException e) {
      throw new InvalidEntryException(file + " " + e.problem());
    }
    List<Token> names = new ArrayList<>();
    for (Line line : lines) {
      try {
        for (List<Token> field : new LineScanner(line.text()).fields()) {
          names.addAll(expand(file, field, depth));
        }
      } catch (InvalidEntryException e) {
        problems.add(new FileProblem(file, line.number(), e.problem()));
      }
    }
    return names;
  }

  private static void checkDepth(Path target, int depth) throws InvalidEntryException {
    if (depth >= MAX_DEPTH) {
      throw new InvalidEntryException(
          target + " is included more than " + MAX_DEPTH + " files deep; does it include itself?");
    }
  }

  private static Path beside(Path file, String name) {
    return file.resolveSibling(name);
  }

  private record Line(int number, String text) {}

  /** The lines, with those that end in a backslash joined to the next. */
  private static List<Line> lines(Path file) throws InvalidEntryException {
    List<Line> lines = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    int first = 0;
    int number = 0;
    for (String each : content(file).split("\n", -1)) {
      number++;
      first = first == 0 ? number : first;
      String text = each.endsWith("\r") ? each.substring(0, each.length() - 1) : each;
      if (text.endsWith("\\")) {
        joined.append(text, 0, text.length() - 1);
      } else {
        lines.add(new Line(first, joined.append(text).toString()));
        joined.setLength(0);
        first = 0;
      }
    }
    if (first != 0) {
      lines.add(new Line(first, joined.toString()));
    }
    return lines;
  }

  /** What is wrong with the file, if anything, completes a sentence that begins with its name. */
  private static String content(Path file) throws InvalidEntryException {
    try {
      return Files.readString(file, UTF_8);
    } catch (CharacterCodingException e) {
      throw new InvalidEntryException("is not UTF-8; save it in that encoding");
    } catch (NoSuchFileException e) {
      throw new InvalidEntryException("does not exist; name a file that does");
    } catch (IOException e) {
      throw new InvalidEntryException(
          "cannot be read (%s: %s); make it a readable file"
              .formatted(e.getClass().getSimpleName(), e.getMessage()));
    }
  }
}
