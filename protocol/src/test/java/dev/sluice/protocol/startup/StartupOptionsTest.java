package dev.sluice.protocol.startup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StartupOptionsTest {
  @Test
  void readsSettings() {
    assertSettings(Map.of(), "");
    assertSettings(Map.of(), " \t\n\u000b\f\r ");
    assertSettings(Map.of("geqo", "off"), "-c geqo=off");
    assertSettings(Map.of("geqo", "off"), "-cgeqo=off");
    assertSettings(Map.of("geqo", "off"), "--geqo=off");
    assertSettings(
        Map.of("search_path", "a,b", "work_mem", "1MB"), " -c search_path=a,b\t--work-mem=1MB ");
    assertSettings(Map.of("work_mem", "1-2"), "-c work-mem=1-2");
    assertSettings(Map.of("a.b", ""), "-c a.b=");
    assertSettings(Map.of("a", "b=c"), "--a=b=c");
    assertSettings(Map.of("a", "2"), "-c a=1 -c a=2");
  }

  @Test
  void aBackslashTakesTheNextCharacterAsItIs() {
    assertSettings(Map.of("search_path", "a b"), "-c search_path=a\\ b");
    assertSettings(Map.of("a", "\\'"), "-c a=\\\\\\'");
    assertSettings(Map.of("a", "b"), "-c a=\\b");
    assertSettings(Map.of("a", "b"), "-c a=b\\");
    assertSettings(Map.of("a", "1"), "\\-c a=1");
  }

  @Test
  void keepsTheOrder() {
    StartupOptions.Settings settings =
        assertInstanceOf(
            StartupOptions.Settings.class, StartupOptions.parse("-c z=1 -c a=2 -c m=3"));
    assertEquals(List.of("z", "a", "m"), List.copyOf(settings.values().keySet()));
  }

  @Test
  void namesWhatItRefuses() {
    assertRefused("-d", "-d 5");
    assertRefused("-E", "-c a=1 -E");
    assertRefused("-c", "-c");
    assertRefused("--", "--");
    assertRefused("-", "- c");
    assertRefused("a=1", "a=1");
    assertRefused("\\", "\\\\");
    assertRefused("-c a", "-c a");
    assertRefused("-ca", "-ca");
    assertRefused("--a", "--a");
    assertRefused("--=1", "--=1");
    assertRefused("-c =1", "-c =1");
  }

  @Test
  void escapedSettingsComeBackWhole() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      String value =
          random
              .ints(random.nextInt(12), 1, 128)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String escaped = value.replaceAll("[\\s\\u000b\\\\]", "\\\\$0");
      StartupOptions.Settings settings =
          assertInstanceOf(
              StartupOptions.Settings.class,
              StartupOptions.parse("-c a=" + escaped + " --b=" + escaped),
              () -> "seed " + seed);
      assertEquals(Map.of("a", value, "b", value), settings.values(), () -> "seed " + seed);
    }
  }

  private static void assertSettings(Map<String, String> expected, String options) {
    assertEquals(new StartupOptions.Settings(expected), StartupOptions.parse(options));
  }

  private static void assertRefused(String argument, String options) {
    StartupOptions.Refused refused =
        assertInstanceOf(StartupOptions.Refused.class, StartupOptions.parse(options));
    assertEquals(argument, refused.argument());
    assertTrue(refused.message().contains(argument), refused.message());
  }
}
