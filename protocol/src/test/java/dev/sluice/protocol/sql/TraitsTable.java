package dev.sluice.protocol.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The cases of {@code statement-traits.txt}. */
final class TraitsTable {
  static final Map<String, Integer> FLAGS =
      Map.ofEntries(
          Map.entry("LEAVES_STATE", StatementTraits.LEAVES_STATE),
          Map.entry("SETS_REPORTED_ONLY", StatementTraits.SETS_REPORTED_ONLY),
          Map.entry("LOCAL_SETTINGS", StatementTraits.LOCAL_SETTINGS),
          Map.entry("BEGINS", StatementTraits.BEGINS),
          Map.entry("COMMITS", StatementTraits.COMMITS),
          Map.entry("ROLLS_BACK", StatementTraits.ROLLS_BACK),
          Map.entry("CHAINS", StatementTraits.CHAINS),
          Map.entry("TWO_PHASE", StatementTraits.TWO_PHASE),
          Map.entry("MAY_WRITE", StatementTraits.MAY_WRITE),
          Map.entry("MULTIPLE", StatementTraits.MULTIPLE),
          Map.entry("EMPTY", StatementTraits.EMPTY),
          Map.entry("COPY", StatementTraits.COPY),
          Map.entry("CHANGES_STATEMENTS", StatementTraits.CHANGES_STATEMENTS),
          Map.entry("EXITS_FAILED_BLOCK", StatementTraits.EXITS_FAILED_BLOCK),
          Map.entry("NOT_UNDERSTOOD", StatementTraits.NOT_UNDERSTOOD));

  private static final String SCS_OFF = "[scs=off] ";
  private static final String ARROW = " => ";

  record Case(String text, boolean standardConformingStrings, Set<String> flags) {
    StatementTraits analyze() {
      return TraitsTable.analyze(text, standardConformingStrings);
    }
  }

  private TraitsTable() {}

  static StatementTraits analyze(String text, boolean standardConformingStrings) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return StatementAnalyzer.analyze(bytes, 0, bytes.length, standardConformingStrings);
  }

  static Set<String> names(StatementTraits traits) {
    Set<String> names = new TreeSet<>();
    FLAGS.forEach(
        (name, flag) -> {
          if (traits.any(flag)) {
            names.add(name);
          }
        });
    return names;
  }

  static List<Case> cases() {
    try (InputStream in =
        Objects.requireNonNull(TraitsTable.class.getResourceAsStream("statement-traits.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(TraitsTable::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case parse(String line) {
    int arrow = line.lastIndexOf(ARROW);
    String flags = line.substring(arrow + ARROW.length());
    boolean off = line.startsWith(SCS_OFF);
    String text = line.substring(off ? SCS_OFF.length() : 0, arrow).replace('¶', '\n');
    Set<String> names = new TreeSet<>();
    Stream.of(flags.split(" ", -1)).filter(name -> !name.equals("-")).forEach(names::add);
    if (!FLAGS.keySet().containsAll(names)) {
      throw new IllegalArgumentException("unknown flag in: " + line);
    }
    return new Case(text, !off, names);
  }
}
