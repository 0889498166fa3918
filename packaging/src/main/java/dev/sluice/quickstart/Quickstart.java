package dev.sluice.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The main job on this machine, from nothing: PostgreSQL, Sluice in front of it, and what to type.
 */
@Command(
    name = "quickstart",
    description = "Runs Sluice in front of an embedded PostgreSQL until Ctrl-C.",
    mixinStandardHelpOptions = true)
public final class Quickstart implements Callable<Integer> {
  private static final int DEFAULT_PORT = 6432;

  @Option(
      names = "--sluice",
      required = true,
      hidden = true,
      description = "The launcher; packaging/quickstart knows where it is.")
  private Path launcher = Path.of("bin/sluice");

  @Option(
      names = "--port",
      description = "Where Sluice listens: 6432, or with --check a free port.")
  private @Nullable Integer port;

  @Option(
      names = "--check",
      description = "Runs a scripted session through Sluice and ends, with 0 if all of it passed.")
  private boolean check;

  private Quickstart() {}

  /** Exits with 0, with 1 if something failed, with 2 for a wrong option. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Quickstart()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException, IOException, SQLException {
    try (Cleanup cleanup = new Cleanup()) {
      Runtime.getRuntime().addShutdownHook(new Thread(cleanup::close, "cleanup"));
      System.out.println("Starting PostgreSQL and Sluice ...");
      Demo demo = Demo.start(launcher, listenPort(), cleanup);
      if (check) {
        return new SessionCheck(demo, System.out).run() ? 0 : 1;
      }
      System.out.print(introduction(demo));
      return demo.sluice().awaitEnd();
    } catch (IllegalStateException e) {
      System.err.println("quickstart: " + e.getMessage());
      return 1;
    }
  }

  private int listenPort() throws IOException {
    if (port != null) {
      return port;
    }
    if (!check) {
      return DEFAULT_PORT;
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static String introduction(Demo demo) {
    return """

    Sluice listens on 127.0.0.1:%1$d, over %2$s on port %3$d,
    and lends its clients at most %4$d connections.

    From a shell:
      psql "%5$s"
      pgbench -i "%5$s" && pgbench -M prepared -c 50 -T 10 "%5$s"
    From an application:
      JDBC       %6$s
      libpq URI  %5$s
    What Sluice sees of it:
      psql "%7$s" -c "SHOW POOLS"
    How it is configured:
      %8$s

    Ctrl-C ends both and removes their files.
    """
        .formatted(
            demo.port(),
            demo.postgres().binaries().version(),
            demo.postgres().port(),
            Demo.POOL_SIZE,
            demo.libpqUri(Demo.NAME),
            demo.jdbcUrl(Demo.NAME),
            demo.libpqUri("sluice"),
            demo.configuration());
  }
}
