package dev.sluice.config.load;

import dev.sluice.config.DataSize;
import dev.sluice.config.HostPort;
import dev.sluice.config.Key;
import dev.sluice.config.Percentage;
import dev.sluice.config.Secret;
import dev.sluice.config.Worded;
import dev.sluice.config.load.ValueType.Kind;
import dev.sluice.config.load.ValueType.Scalar;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of single values, by the type of the record component that holds them. */
final class Scalars {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})\\s*%");
  private static final Pattern PLAIN = Pattern.compile("-?[0-9]+[0-9A-Za-z%.]*");
  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final Map<String, Long> SIZE_UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

  private Scalars() {}

  /** The scalar that a component of {@code type} takes; paths are left relative. */
  static Scalar of(Class<?> type, Key key) {
    if (type == int.class) {
      return integer(key);
    } else if (type == boolean.class) {
      return new Scalar("true or false", Scalars::bool);
    } else if (type == String.class) {
      return new Scalar("a text", text -> text);
    } else if (type == Secret.class) {
      return new Scalar("a text", Secret::new, Kind.SECRET);
    } else if (type == Duration.class) {
      return duration(key);
    } else if (type == DataSize.class) {
      return size(key);
    } else if (type == Percentage.class) {
      return new Scalar("a share from 0% to 100%", Scalars::percentage);
    } else if (type == Path.class) {
      return key.directory()
          ? new Scalar("the path of a directory", Scalars::path, Kind.DIRECTORY)
          : new Scalar("the path of a file", Scalars::path, Kind.FILE);
    } else if (type == HostPort.class) {
      return new Scalar("\"host:port\"", Addresses::hostPort);
    } else if (type == URI.class) {
      return new Scalar("a URL such as \"http://10.0.0.5:8008\"", Scalars::httpUrl);
    } else if (type.isEnum()) {
      return word(type, key);
    }
    throw new IllegalArgumentException("no key can be a " + type.getName());
  }

  private static Scalar integer(Key key) {
    int min = Integer.parseInt(key.min());
    int max = key.max().isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(key.max());
    String zero = key.zero();
    String what =
        (zero.isEmpty() ? "" : zero + " or ")
            + "a whole number"
            + (max == Integer.MAX_VALUE ? ", " + min + " or more" : " from " + min + " to " + max);
    return new Scalar(
        what,
        text -> {
          if (!zero.isEmpty() && text.equals(zero)) {
            return 0;
          }
          try {
            int value = new BigDecimal(text.trim()).intValueExact();
            if (value >= min && value <= max) {
              return value;
            }
          } catch (ArithmeticException | NumberFormatException e) {
            throw invalid(text, what);
          }
          throw new InvalidValueException(shown(text) + " is out of range; valid is " + what);
        });
  }

  private static Object bool(String text) throws InvalidValueException {
    return switch (text) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw invalid(text, "true or false");
    };
  }

  private static Scalar duration(Key key) {
    Duration min = durationOf(key.min());
    Duration max = key.max().isEmpty() ? LONGEST : durationOf(key.max());
    String what =
        "a duration such as 500ms, 60s, 10m or 1h"
            + (min.isZero() ? "" : ", " + Rendering.of(min) + " or more")
            + (max.equals(LONGEST) ? "" : ", at most " + Rendering.of(max));
    return new Scalar(
        what,
        text -> {
          Duration value = parseDuration(text, what);
          if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidValueException(shown(text) + " is out of range; valid is " + what);
          }
          return value;
        });
  }

  private static Duration durationOf(String written) {
    try {
      return parseDuration(written, "a duration");
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException("a key's own bound is not a duration: " + written, e);
    }
  }

  private static Duration parseDuration(String text, String what) throws InvalidValueException {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
    if (!matcher.matches()) {
      throw invalid(text, what);
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String word = matcher.group(2);
    if (word.isEmpty()) {
      if (number.signum() == 0) {
        return Duration.ZERO;
      }
      throw new InvalidValueException(shown(text) + " has no unit; valid is " + what);
    }
    for (DurationUnit unit : DurationUnit.LARGEST_FIRST) {
      if (unit.words().contains(word)) {
        BigDecimal micros = number.multiply(BigDecimal.valueOf(unit.micros()));
        if (micros.compareTo(BigDecimal.valueOf(LONGEST.toSeconds() * 1_000_000L)) > 0) {
          throw new InvalidValueException(shown(text) + " is out of range; valid is " + what);
        }
        return Duration.ofNanos(micros.movePointRight(3).longValue());
      }
    }
    throw new InvalidValueException(
        shown(text) + " has an unknown unit; valid are us, ms, s, m, h and d");
  }

  private static Scalar size(Key key) {
    long min = sizeOf(key.min());
    long max = key.max().isEmpty() ? Long.MAX_VALUE : sizeOf(key.max());
    String what =
        "a size such as 512B, 16KiB or 1MiB"
            + (min == 0 ? "" : ", " + new DataSize(min) + " or more")
            + (max == Long.MAX_VALUE ? "" : ", at most " + new DataSize(max));
    return new Scalar(
        what,
        text -> {
          long value = parseSize(text, what);
          if (value < min || value > max) {
            throw new InvalidValueException(shown(text) + " is out of range; valid is " + what);
          }
          return new DataSize(value);
        });
  }

  private static long sizeOf(String written) {
    try {
      return parseSize(written, "a size");
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException("a key's own bound is not a size: " + written, e);
    }
  }

  private static long parseSize(String text, String what) throws InvalidValueException {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
    if (!matcher.matches()) {
      throw invalid(text, what);
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String word = matcher.group(2);
    if (word.isEmpty()) {
      if (number.signum() == 0) {
        return 0;
      }
      throw new InvalidValueException(shown(text) + " has no unit; valid is " + what);
    }
    Long unit = SIZE_UNITS.get(word);
    if (unit == null) {
      // kB is 1000 in one world and 1024 in PostgreSQL's: not guessed.
      throw new InvalidValueException(
          shown(text) + " has an unknown unit; valid are B, KiB, MiB, GiB and TiB");
    }
    try {
      return number.multiply(BigDecimal.valueOf(unit)).longValueExact();
    } catch (ArithmeticException e) {
      throw new InvalidValueException(shown(text) + " is not a number of bytes; valid is " + what);
    }
  }

  private static Object percentage(String text) throws InvalidValueException {
    Matcher matcher = PERCENT.matcher(text.trim());
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > 100) {
      throw invalid(text, "a share from 0% to 100%");
    }
    return new Percentage(Integer.parseInt(matcher.group(1)));
  }

  private static Object path(String text) throws InvalidValueException {
    try {
      if (!text.isEmpty()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      throw invalid(text, "the path of a file");
    }
    throw new InvalidValueException("is empty; valid is the path of a file");
  }

  private static Object httpUrl(String text) throws InvalidValueException {
    String what = "a URL such as \"http://10.0.0.5:8008\"";
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid(text, what);
    }
    if (url.getRawUserInfo() != null) {
      // It would be printed wherever the endpoint is.
      throw new InvalidValueException("has a user or password in it; valid is " + what);
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw invalid(text, what);
    }
    return url;
  }

  private static Scalar word(Class<?> type, Key key) {
    List<String> allowed = List.of(key.words());
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      String word = Worded.wordOf((Enum<?>) constant);
      if (allowed.isEmpty() || allowed.contains(word)) {
        constants.put(word, constant);
      }
    }
    String what = "one of " + String.join(", ", constants.keySet());
    return new Scalar(
        what,
        text -> {
          Object constant = constants.get(text);
          if (constant == null) {
            throw invalid(text, what);
          }
          return constant;
        });
  }

  static InvalidValueException invalid(String text, String what) {
    return new InvalidValueException(shown(text) + " is not valid; valid is " + what);
  }

  /**
   * A wrong value, to be repeated in a message. Longer texts and those with an at-sign (a URL with
   * a password, written where it does not belong) are not repeated.
   */
  static String shown(String text) {
    if (text.length() > 60 || text.indexOf('@') >= 0) {
      return "what is written";
    }
    return PLAIN.matcher(text).matches() ? text : '"' + text + '"';
  }
}
