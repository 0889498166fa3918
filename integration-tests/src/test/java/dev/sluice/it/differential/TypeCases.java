package dev.sluice.it.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One case per type: its values by a simple query, and as parameters of a statement with the
 * results in text and in binary.
 */
final class TypeCases {
  private static final String FILE = "types.txt";

  private TypeCases() {}

  static List<Case> read() {
    try (InputStream in = TypeCases.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + FILE);
      }
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(TypeCases::ofLine)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case ofLine(String line) {
    int bar = line.indexOf('|');
    String type = line.substring(0, bar).strip();
    List<Step> steps = new ArrayList<>();
    for (String literal : line.substring(bar + 1).split("; ?", -1)) {
      String value = Words.expand(literal.strip());
      steps.addAll(ofValue(type, value));
    }
    return new Case("type " + type, false, false, 0, steps);
  }

  private static List<Step> ofValue(String type, String value) {
    String literal = "'" + value.replace("'", "''") + "'::" + type;
    String sql = "select $1::" + type + ", $1::" + type + " is null";
    return List.of(
        new Step.Send(
            List.of(
                FrontendMessage.query("select " + literal + ", array[" + literal + "]::text[]")),
            true),
        new Step.ReadReady(1),
        new Step.Send(
            List.of(
                FrontendMessage.parse("typed", sql),
                FrontendMessage.describeStatement("typed"),
                FrontendMessage.bind("", "typed", value),
                FrontendMessage.describePortal(""),
                FrontendMessage.execute("", 0),
                FrontendMessage.sync()),
            true),
        new Step.ReadReady(1),
        new Step.Send(
            List.of(
                FrontendMessage.bind("", "typed", List.of(), List.of(Bytes.of(value)), List.of(1)),
                FrontendMessage.execute("", 0),
                FrontendMessage.closeStatement("typed"),
                FrontendMessage.sync()),
            true),
        new Step.ReadReady(1));
  }
}
