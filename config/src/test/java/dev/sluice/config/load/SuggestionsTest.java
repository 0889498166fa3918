package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  @ParameterizedTest
  @CsvSource({
    "size, size, 0",
    "'', abc, 3",
    "siez, size, 1",
    "sze, size, 1",
    "sizes, size, 1",
    "sixe, size, 1",
    "kitten, sitting, 3",
  })
  void countsEdits(String a, String b, int edits) {
    assertEquals(edits, Suggestions.distance(a, b));
    assertEquals(edits, Suggestions.distance(b, a));
  }

  @Test
  void theNearestIsASlipAway() {
    List<String> keys = List.of("min-size", "size", "mode");
    assertEquals(Optional.of("mode"), Suggestions.nearest("mod", keys));
    assertEquals(Optional.of("min-size"), Suggestions.nearest("minsize", keys));
    assertEquals(Optional.of("min-size"), Suggestions.nearest("min_size", keys));
    assertEquals(Optional.empty(), Suggestions.nearest("lifetime", keys));
  }
}
