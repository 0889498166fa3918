package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.config.DataSize;
import dev.sluice.config.Percentage;
import dev.sluice.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarsTest {
  @TempDir Path folder = Path.of("");

  private Duration duration(String text) {
    return new ConfigFiles(folder)
        .config(ConfigFiles.MINIMUM + "routing.failover-timeout = " + text)
        .routing()
        .failoverTimeout();
  }

  private DataSize size(String text) {
    return Objects.requireNonNull(
        new ConfigFiles(folder)
            .config(ConfigFiles.MINIMUM + "routing.max-lag-bytes = " + text)
            .routing()
            .maxLagBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "500us, PT0.0005S",
    "500ms, PT0.5S",
    "1.5s, PT1.5S",
    "60 s, PT1M",
    "\"60 seconds\", PT1M",
    "1 minute, PT1M",
    "10m, PT10M",
    "2h, PT2H",
    "7d, PT168H",
  })
  void durationsHaveUnits(String written, Duration expected) {
    assertEquals(expected, duration(written));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512B, 512",
    "16KiB, 16384",
    "1.5 KiB, 1536",
    "3MiB, 3145728",
    "2GiB, 2147483648",
    "1TiB, 1099511627776",
  })
  void sizesHaveUnits(String written, long expected) {
    assertEquals(new DataSize(expected), size(written));
  }

  @Test
  void aDurationReadsBackAsItIsShown() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    long[] units = {1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L};
    for (int round = 0; round < 50; round++) {
      long unit = units[random.nextInt(units.length)];
      Duration duration = Duration.ofNanos(unit * random.nextInt(50_000));
      assertEquals(duration, duration(Rendering.of(duration)), () -> "seed " + seed);
    }
  }

  @Test
  void aSizeReadsBackAsItIsShown() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      DataSize size = new DataSize((long) random.nextInt(1 << 20) << (10 * random.nextInt(4)));
      assertEquals(size, size(size.toString()), () -> "seed " + seed);
    }
  }

  /** A number without quotes is a text where a text is wanted, digit by digit. */
  @Test
  void textsKeepTheirCharacters() {
    var databases =
        new ConfigFiles(folder)
            .config(
                ConfigFiles.MINIMUM
                    + "databases.app { user = 007, password = 1e5 }\n"
                    + "databases.b { nodes = [x], user = true, password = \"  \" }")
            .databases();
    assertEquals("007", Objects.requireNonNull(databases.get("app")).user());
    assertEquals(new Secret("1e5"), Objects.requireNonNull(databases.get("app")).password());
    assertEquals("true", Objects.requireNonNull(databases.get("b")).user());
    assertEquals(new Secret("  "), Objects.requireNonNull(databases.get("b")).password());
  }

  @Test
  void nullIsTheSameAsAbsent() {
    assertEquals(
        new ConfigFiles(folder).config(ConfigFiles.MINIMUM),
        new ConfigFiles(folder)
            .config(
                ConfigFiles.MINIMUM
                    + "pool { size = null, on-connect = null }, client = null, http = null,"
                    + " listen = null, users = null"));
  }

  @Test
  void aShareIsTakenOfAWhole() {
    assertEquals(10, new Percentage(50).of(20));
    assertEquals(0, new Percentage(33).of(3));
    assertEquals(2_000_000_000, new Percentage(100).of(2_000_000_000));
  }
}
