package dev.sluice.config.load;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Includes files relative to the file that includes them. The library's own includer takes a
 * missing file for an empty one; here it is a problem, and so is everything that is not a file.
 */
final class FileIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private final Findings findings;
  private final List<Path> chain;

  /**
   * @param chain the files that are being read, the outermost first; what this one includes is
   *     relative to the last
   */
  FileIncluder(Findings findings, List<Path> chain) {
    this.findings = findings;
    this.chain = chain;
  }

  /** How the file at the end of the chain is parsed. */
  ConfigParseOptions options() {
    return ConfigParseOptions.defaults()
        .setSyntax(ConfigSyntax.CONF)
        .setAllowMissing(false)
        .setIncluder(this);
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    Path file;
    try {
      file = chain.getLast().resolveSibling(what);
    } catch (InvalidPathException e) {
      return refused(what, "is not the name of a file; valid is include \"other.conf\"");
    }
    if (!Files.isRegularFile(file)) {
      String wrong = Files.exists(file) ? "is not a file" : "does not exist";
      return refused(
          what, "the included file " + file + " " + wrong + "; create it or remove the include");
    }
    if (!Files.isReadable(file)) {
      return refused(
          what, "the included file " + file + " cannot be read; give this user the right to");
    }
    if (chain.stream().anyMatch(open -> isSame(open, file))) {
      return refused(what, "the file includes itself; remove the include");
    }
    List<Path> longer = new ArrayList<>(chain);
    longer.add(file);
    try {
      return ConfigFactory.parseFile(file.toFile(), new FileIncluder(findings, longer).options())
          .root();
    } catch (ConfigException e) {
      findings.incomplete();
      HoconErrors.report(findings, e, new Location(file, 0));
      return ConfigFactory.empty().root();
    }
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return include(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refused(what.toString(), "a URL cannot be included; valid is include \"other.conf\"");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return refused(what, "a resource cannot be included; valid is include \"other.conf\"");
  }

  private static boolean isSame(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
    }
  }

  private ConfigObject refused(String what, String message) {
    findings.incomplete();
    findings.problem(new Location(chain.getLast(), lineOf(what)), "include", message);
    return ConfigFactory.empty().root();
  }

  /** The parser does not say where the include is: it is looked for in the text. */
  private int lineOf(String what) {
    Pattern statement = Pattern.compile("^[^#]*\\binclude\\b.*" + Pattern.quote('"' + what + '"'));
    try {
      List<String> lines = Files.readAllLines(chain.getLast());
      for (int i = 0; i < lines.size(); i++) {
        if (statement.matcher(lines.get(i)).find()) {
          return i + 1;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
