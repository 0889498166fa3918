package dev.sluice.it;

import dev.sluice.it.wire.Login;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a configuration: trust towards clients, and any number of databases. Immutable; each
 * method answers a copy.
 *
 * @param settings lines inside {@code sluice { }}
 * @param databases lines inside {@code databases { }}
 */
public record SluiceConf(List<String> settings, List<String> databases) {

  /** Who may use the console of a proxy that {@link #trusting} configures, and its database. */
  public static final Login OPERATOR = Login.of("operator", "sluice");

  public static SluiceConf trusting() {
    return new SluiceConf(
        List.of("auth { method = trust }", "admin { users = [\"operator\"] }"), List.of());
  }

  /** Adds a setting of the whole proxy, e.g. {@code pool { size = 3 }}. */
  public SluiceConf with(String setting) {
    return new SluiceConf(and(settings, setting), databases);
  }

  /**
   * Adds a database of one node.
   *
   * @param node {@code host:port} or {@code unix:path}
   * @param settings of this database, e.g. {@code pool { mode = session }}
   */
  public SluiceConf database(String name, String node, String settings) {
    String line = "%s { nodes = [\"%s\"]%n %s }".formatted(name, node, settings);
    return new SluiceConf(settings(), and(databases, line));
  }

  /**
   * The whole file. Later lines win over earlier ones, so that any of the first can be said again.
   */
  public String text() {
    return """
    sluice {
      event-loops = %s
      %s
      databases {
        %s
      }
    }
    """
        .formatted(
            System.getProperty("sluice.it.event-loops", "2"),
            String.join("\n  ", settings),
            String.join("\n    ", databases));
  }

  /**
   * Puts a configuration into a folder of its own, as {@code sluice.conf}, to listen on any free
   * port of 127.0.0.1.
   */
  static Path write(String hocon) {
    try {
      Path folder = Files.createTempDirectory("sluice-it");
      folder.toFile().deleteOnExit();
      Path file = folder.resolve("sluice.conf");
      // In front: a test that cares can say it otherwise.
      Files.writeString(file, "sluice.listen = [{ host = \"127.0.0.1\", port = 0 }]\n" + hocon);
      file.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> and(List<String> lines, String line) {
    List<String> more = new ArrayList<>(lines);
    more.add(line);
    return more;
  }
}
