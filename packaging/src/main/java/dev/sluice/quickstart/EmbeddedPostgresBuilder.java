package dev.sluice.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an {@link EmbeddedPostgres} is to be. */
public final class EmbeddedPostgresBuilder {
  private final RunUser runUser = RunUser.detect();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> hbaLines = new ArrayList<>();
  private @Nullable PostgresBinaries binaries;
  private @Nullable EmbeddedPostgres original;
  private String authentication = "trust";
  private String superuser = "postgres";
  private @Nullable String superuserPassword;
  private int port;
  private Duration startTimeout = Duration.ofSeconds(60);
  private boolean shutdownHook = true;
  private Duration stopTimeout = Duration.ofSeconds(60);

  EmbeddedPostgresBuilder() {}

  /** The version; without it the one on the class path. */
  public EmbeddedPostgresBuilder binaries(PostgresBinaries version) {
    this.binaries = version;
    return this;
  }

  /** The version, from an {@code io.zonky.test.postgres} jar. */
  public EmbeddedPostgresBuilder binaries(Path jar) {
    return binaries(PostgresBinaries.fromJar(jar));
  }

  /**
   * One line of {@code postgresql.conf}; the value is quoted here. The last one of a name counts.
   */
  public EmbeddedPostgresBuilder setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Lines of {@code postgresql.conf}. */
  public EmbeddedPostgresBuilder settings(Map<String, String> more) {
    settings.putAll(more);
    return this;
  }

  /** {@code fsync}, {@code full_page_writes} off: what is written is lost if the machine dies. */
  public EmbeddedPostgresBuilder withoutDurability() {
    return setting("fsync", "off").setting("full_page_writes", "off");
  }

  /**
   * The method for every database and user on the socket and on loopback addresses, replication
   * included, as {@code pg_hba.conf} names it: {@code trust} (default), {@code scram-sha-256},
   * {@code md5}, {@code password}, {@code reject}.
   */
  public EmbeddedPostgresBuilder authentication(String method) {
    this.authentication = method;
    return this;
  }

  /** Lines of {@code pg_hba.conf} that come before the general ones. */
  public EmbeddedPostgresBuilder hba(String... lines) {
    Collections.addAll(hbaLines, lines);
    return this;
  }

  /** The superuser's name ({@code postgres} by default). */
  public EmbeddedPostgresBuilder superuser(String name) {
    this.superuser = name;
    return this;
  }

  /** The superuser's name and password. */
  public EmbeddedPostgresBuilder superuser(String name, String password) {
    this.superuser = name;
    this.superuserPassword = password;
    return this;
  }

  /** A fixed TCP port, 1 to 65535; a free one otherwise. */
  public EmbeddedPostgresBuilder port(int number) {
    this.port = number;
    return this;
  }

  /** How long a start may take (60 s by default). */
  public EmbeddedPostgresBuilder startTimeout(Duration timeout) {
    this.startTimeout = timeout;
    return this;
  }

  /** How long a stop may take (60 s by default). */
  public EmbeddedPostgresBuilder stopTimeout(Duration timeout) {
    this.stopTimeout = timeout;
    return this;
  }

  /**
   * The data is a copy of another server's, which must not run. A copy that is made before the
   * first start can become a streaming standby of it: add {@code standby.signal} to {@link
   * EmbeddedPostgres#dataDirectory()} and set {@code primary_conninfo}.
   */
  public EmbeddedPostgresBuilder copyOf(EmbeddedPostgres stopped) {
    this.original = stopped;
    return this;
  }

  /** For a caller with a shutdown hook of his own, which has more to stop and in an order. */
  EmbeddedPostgresBuilder withoutShutdownHook() {
    this.shutdownHook = false;
    return this;
  }

  /** Makes the data directory and does not start the server. */
  public EmbeddedPostgres prepare() {
    return EmbeddedPostgres.prepare(this);
  }

  /**
   * Makes the data directory, starts the server, and waits until it accepts connections.
   *
   * @throws IllegalStateException with what initdb or the server said if that fails
   */
  public EmbeddedPostgres start() {
    EmbeddedPostgres postgres = prepare();
    try {
      postgres.start();
      return postgres;
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  RunUser runUser() {
    return runUser;
  }

  PostgresBinaries binaries() {
    if (binaries == null) {
      binaries = original == null ? PostgresBinaries.onClassPath() : original.binaries();
    }
    return binaries;
  }

  Map<String, String> settings() {
    return settings;
  }

  List<String> hbaLines() {
    return hbaLines;
  }

  @Nullable EmbeddedPostgres original() {
    return original;
  }

  String authentication() {
    return authentication;
  }

  String superuser() {
    return superuser;
  }

  @Nullable String superuserPassword() {
    return superuserPassword;
  }

  int port() {
    return port;
  }

  boolean shutdownHook() {
    return shutdownHook;
  }

  Duration startTimeout() {
    return startTimeout;
  }

  Duration stopTimeout() {
    return stopTimeout;
  }
}
