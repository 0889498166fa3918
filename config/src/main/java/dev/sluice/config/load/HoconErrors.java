package dev.sluice.config.load;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parser's errors in our words. Its own repeat what stands in the file near the error, which
 * may be a password without its quotes, so they are only looked at for what kind of error it is.
 */
final class HoconErrors {
  private static final Pattern RESERVED = Pattern.compile("\\(Reserved character '(.)'");
  private static final Map<String, String> KINDS = kinds();

  private HoconErrors() {}

  private static Map<String, String> kinds() {
    Map<String, String> kinds = new LinkedHashMap<>(); // the first that fits
    kinds.put("was still open", "a quoted text has no closing quote; close it");
    kinds.put(
        "'newline'",
        "a quoted text ends with its line; close the quote, or use \"\"\" for several lines");
    kinds.put("include ", "an include has no file name; valid is include \"other.conf\"");
    kinds.put("was not closed with a }", "a ${ has no closing }; valid is ${?NAME}");
    kinds.put("backslash", "a backslash begins no known escape; write \\\\ for a backslash");
    kinds.put("unbalanced close brace", "a } has no opening {; remove it");
    kinds.put("end of file", "the file ends inside a section or list; close it with } or ]");
    kinds.put("may not be followed by token", "a key has no value; valid is key = value");
    kinds.put("List should have", "a list goes wrong here; valid is [ value, value ]");
    return kinds;
  }

  /**
   * Adds the problem behind {@code error}, found while the file at {@code otherwise} was parsed.
   */
  static void report(Findings findings, ConfigException error, Location otherwise) {
    ConfigOrigin origin = error.origin();
    Location location = origin == null ? otherwise : Location.of(origin, otherwise);
    findings.problem(
        location, "", "not valid HOCON: " + explain(String.valueOf(error.getMessage())));
  }

  private static String explain(String message) {
    Matcher reserved = RESERVED.matcher(message);
    if (reserved.find()) {
      return "the character "
          + reserved.group(1)
          + " stands outside quotes; put the value in double quotes";
    }
    for (Map.Entry<String, String> kind : KINDS.entrySet()) {
      if (message.contains(kind.getKey())) {
        return kind.getValue();
      }
    }
    return "something is not expected here; put values with special characters in double quotes";
  }
}
