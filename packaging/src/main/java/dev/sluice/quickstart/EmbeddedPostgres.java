package dev.sluice.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server with a data directory of its own under {@code java.io.tmpdir}, for tests and
 * the quickstart. It listens on 127.0.0.1 and on a Unix socket, and is gone, with its files, when
 * it is closed or when the virtual machine ends other than by SIGKILL. Several, also of several
 * versions, run side by side. Not safe for use by several threads at once.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  /** How to stop: PostgreSQL manual, "Shutting Down the Server". */
  public enum Mode {
    /** No new sessions; waits for those that exist to leave. */
    SMART("TERM"),
    /** Ends every session, rolls back, writes a checkpoint. */
    FAST("INT"),
    /** Ends at once; the next start recovers from the WAL. */
    IMMEDIATE("QUIT");

    private final String signal;

    Mode(String signal) {
      this.signal = signal;
    }
  }

  private static final String HOST = "127.0.0.1";

  /** Somebody else may take a free port between our looking and PostgreSQL's binding it. */
  private static final int PORT_ATTEMPTS = 5;

  private final EmbeddedPostgresBuilder options;
  private final Path home;
  private final Path data;
  private final Thread shutdownHook;
  private int port;
  private @Nullable Postmaster postmaster;

  private EmbeddedPostgres(EmbeddedPostgresBuilder options, Path home) {
    this.options = options;
    this.home = home;
    this.data = DataDirectory.in(home);
    this.shutdownHook = new Thread(this::endAndDelete, "stop-embedded-postgres");
  }

  /** What to start, with defaults: the version on the class path, trust, user postgres. */
  public static EmbeddedPostgresBuilder builder() {
    return new EmbeddedPostgresBuilder();
  }

  static EmbeddedPostgres prepare(EmbeddedPostgresBuilder options) {
    try {
      Path home = DataDirectory.createHome(options.runUser());
      EmbeddedPostgres prepared = new EmbeddedPostgres(options, home);
      try {
        DataDirectory.create(options, home);
        if (options.shutdownHook()) {
          Runtime.getRuntime().addShutdownHook(prepared.shutdownHook);
        }
      } catch (IOException | RuntimeException e) {
        FileTree.delete(home);
        throw e;
      }
      return prepared;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a data directory", e);
    }
  }

  /**
   * Starts a server that was prepared or stopped and waits until it accepts connections. The first
   * start chooses the port, later ones keep it.
   *
   * @throws IllegalStateException if it runs already, or with the server's log if it does not start
   */
  public void start() {
    if (isRunning()) {
      throw new IllegalStateException("already running on port " + port);
    }
    if (port != 0) {
      launch(port);
    } else if (options.port() != 0) {
      launch(options.port());
    } else {
      launchOnFreePort();
    }
  }

  private void launchOnFreePort() {
    for (int attempt = 1; ; attempt++) {
      try {
        launch(freePort());
        return;
      } catch (IllegalStateException e) {
        if (attempt == PORT_ATTEMPTS || !log().contains("Address already in use")) {
          throw e;
        }
      }
    }
  }

  private void launch(int onPort) {
    Path log = logFile();
    try {
      Files.writeString(log, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command =
        List.of(
            options.binaries().program("postgres").toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(onPort),
            "-k",
            home.toString());
    postmaster =
        Postmaster.launch(options.runUser().command(command), home, log, options.startTimeout());
    port = onPort;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address that the server listens on. */
  public String host() {
    return HOST;
  }

  /** The TCP port; the Unix socket has the same number in its name. */
  public int port() {
    if (port == 0) {
      throw new IllegalStateException("never started: the port is not chosen yet");
    }
    return port;
  }

  /** Where the socket {@code .s.PGSQL.<port>} is. */
  public Path socketDirectory() {
    return home;
  }

  /** The cluster's files; while the server does not run they may be changed. */
  public Path dataDirectory() {
    return data;
  }

  /** The name of the superuser that initdb made. */
  public String superuser() {
    return options.superuser();
  }

  PostgresBinaries binaries() {
    return options.binaries();
  }

  /** The superuser's password, if one was asked for. */
  public Optional<String> password() {
    return Optional.ofNullable(options.superuserPassword());
  }

  /** A pgjdbc URL for a database of this server, as its superuser. */
  public String jdbcUrl(String database) {
    String url =
        "jdbc:postgresql://%s:%d/%s?user=%s"
            .formatted(host(), port(), encode(database), encode(superuser()));
    return password().map(secret -> url + "&password=" + encode(secret)).orElse(url);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether the postmaster lives. */
  public boolean isRunning() {
    return postmaster != null && postmaster.isAlive();
  }

  /** The process number of the postmaster. */
  public long postmasterPid() {
    return running().postmaster().pid();
  }

  /** What the server has logged since it was last started. */
  public String log() {
    try {
      return Files.exists(logFile()) ? Files.readString(logFile()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends the postmaster a signal, for example {@code HUP} to reload or {@code STOP} to freeze it.
   */
  public void signal(String name) {
    running().signal(name);
  }

  /**
   * Adds settings to {@code postgresql.conf}; they count from the next start, or from {@code
   * signal("HUP")} on those that need no restart.
   */
  public void configure(String name, String value) {
    try {
      Files.writeString(
          data.resolve("postgresql.conf"),
          DataDirectory.setting(name, value),
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Stops the server and waits for its end; the data stays. Nothing happens if it does not run.
   *
   * @throws IllegalStateException if it does not end within the timeout; it runs on
   */
  public void stop(Mode mode) {
    if (postmaster == null) {
      return;
    }
    postmaster.signal(mode.signal);
    if (!postmaster.awaitEnd(options.stopTimeout())) {
      throw new IllegalStateException(
          "PostgreSQL did not end within " + options.stopTimeout() + ":\n" + log());
    }
    postmaster = null;
  }

  /** SIGKILL for all of the server's processes, as in a crash of the machine; the data stays. */
  public void kill() {
    if (postmaster != null) {
      postmaster.kill();
      postmaster = null;
    }
  }

  /** Stops it in mode fast and starts it again on the same port. */
  public void restart() {
    restart(Mode.FAST);
  }

  /** Stops it and starts it again on the same port. */
  public void restart(Mode mode) {
    stop(mode);
    start();
  }

  /** Ends the server, if it runs, and deletes its files. */
  @Override
  public void close() {
    endAndDelete();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs too; deleting twice does no harm.
    }
  }

  /** Nothing of the data is kept, so nothing is gained by a clean stop. */
  private void endAndDelete() {
    try {
      if (postmaster != null) {
        postmaster.signal("CONT");
        postmaster.signal(Mode.IMMEDIATE.signal);
        if (!postmaster.awaitEnd(Duration.ofSeconds(5))) {
          postmaster.kill();
        }
        postmaster = null;
      }
      FileTree.delete(home);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + home, e);
    }
  }

  private Postmaster running() {
    if (postmaster == null) {
      throw new IllegalStateException("PostgreSQL is not running");
    }
    return postmaster;
  }

  private Path logFile() {
    return home.resolve("postgres.log");
  }
}
