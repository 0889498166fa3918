package dev.sluice.it.cluster;

import dev.sluice.it.Await;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One server of a {@link TestCluster}, and what can be done to it. */
public final class TestServer {
  private static final Login SUPERUSER = Login.of("postgres", "postgres");

  private final EmbeddedPostgres postgres;

  TestServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** The server itself. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** Where it listens. */
  public Address address() {
    return Address.local(postgres.port());
  }

  /** How a configuration names it. */
  public String node() {
    return address().toString();
  }

  /** Where its Unix socket is. */
  public Path socket() {
    return postgres.socketDirectory().resolve(".s.PGSQL." + postgres.port());
  }

  /** A session as superuser. */
  public WireClient admin() {
    return WireClient.login(address(), SUPERUSER);
  }

  /** The one value that a query answers to a superuser. */
  public String value(String sql) {
    try (WireClient admin = admin()) {
      return admin.value(sql);
    }
  }

  /** Runs a statement as superuser. */
  public void run(String sql) {
    try (WireClient admin = admin()) {
      admin.rows(sql);
    }
  }

  /** Sets a parameter that needs no restart, and waits until it counts. */
  public void set(String name, String value) {
    postgres.configure(name, value);
    String loaded = "select pg_conf_load_time()";
    String before = value(loaded);
    postgres.signal("HUP");
    Await.until(() -> !value(loaded).equals(before), () -> "the settings are not loaded again");
  }

  /** From here on nothing that arrives is replayed. */
  public void pauseReplay() {
    run("select pg_wal_replay_pause()");
    Await.until(
        () -> value("select pg_get_wal_replay_pause_state()").equals("paused"),
        () -> "replay goes on");
  }

  /** Ends {@link #pauseReplay}. */
  public void resumeReplay() {
    run("select pg_wal_replay_resume()");
  }

  /** Waits until it has replayed what the other has written by now. */
  public void catchUp(TestServer primary) {
    String position = primary.value("select pg_current_wal_flush_lsn()");
    Await.until(
        () -> value("select pg_last_wal_replay_lsn() >= '" + position + "'").equals("t"),
        () -> "does not reach " + position);
  }

  /** Makes a primary of it. */
  public void promote() {
    run("select pg_promote()");
  }

  /** Has it follow another server, now or from its next start on. */
  public void follow(TestServer primary) {
    try {
      Path signal = postgres.dataDirectory().resolve("standby.signal");
      if (!Files.exists(signal)) {
        Files.createFile(signal);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Address address = primary.address();
    postgres.configure(
        "primary_conninfo",
        "host=%s port=%d user=postgres".formatted(address.host(), address.port()));
    if (postgres.isRunning()) {
      postgres.signal("HUP");
    }
  }

  /** Stops all of its processes without their noticing: it accepts connections and is silent. */
  public void freeze() {
    signalAll("STOP");
  }

  /** Ends {@link #freeze}. */
  public void thaw() {
    signalAll("CONT");
  }

  /** SIGKILL for one server process; the postmaster then restarts all of them. */
  public void crashOneProcess() {
    try (WireClient client = admin()) {
      long victim = Long.parseLong(client.value("select pg_backend_pid()"));
      ProcessHandle process = ProcessHandle.of(victim).orElseThrow();
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  private void signalAll(String name) {
    ProcessHandle postmaster = ProcessHandle.of(postgres.postmasterPid()).orElseThrow();
    // The postmaster first, so that it makes no more of them.
    kill(name, postmaster);
    postmaster.descendants().forEach(child -> kill(name, child));
  }

  private static void kill(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
