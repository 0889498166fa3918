package dev.sluice.it;

import dev.sluice.it.fault.FaultProxy;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Column;
import dev.sluice.it.wire.BackendMessage.RowDescription;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;

/**
 * What most tests need: an empty database with a role of its own, a proxy in front of it, and a way
 * to look behind the proxy. Between the two stands a {@link FaultProxy} that does nothing until it
 * is told to.
 */
public final class TestBed implements AutoCloseable {
  private final Login login;
  private final WireClient admin;
  private final FaultProxy faults;
  private final SluiceServer sluice;
  private final List<WireClient> clients = new ArrayList<>();

  private TestBed(Login login, WireClient admin, FaultProxy faults, SluiceServer sluice) {
    this.login = login;
    this.admin = admin;
    this.faults = faults;
    this.sluice = sluice;
  }

  /**
   * Starts it.
   *
   * @param name of the database and of the role
   * @param pool settings of the database's pool, e.g. {@code size = 3}
   */
  public static TestBed start(PostgresServer postgres, String name, String pool) {
    return start(postgres, name, SluiceConf.trusting().with("pool { " + pool + " }"));
  }

  /**
   * Starts it.
   *
   * @param conf everything but the database
   */
  public static TestBed start(PostgresServer postgres, String name, SluiceConf conf) {
    Login login = postgres.newDatabase(name);
    WireClient admin = postgres.admin(name);
    FaultProxy faults = FaultProxy.to(postgres.address());
    try {
      String node = faults.address().toString();
      SluiceServer sluice = SluiceServer.start(conf.database(name, node, "").text());
      return new TestBed(login, admin, faults, sluice);
    } catch (RuntimeException | Error e) {
      faults.close();
      admin.close();
      throw e;
    }
  }

  /** A new client of the proxy, logged in; it is closed with the test bed. */
  public WireClient client() {
    return client(login);
  }

  public WireClient client(Login as) {
    WireClient client = WireClient.login(address(), as);
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  public Address address() {
    return sluice.address();
  }

  /** Who the clients are, and which database is theirs. */
  public Login login() {
    return login;
  }

  /** A superuser of the database, past the proxy. For one thread at a time. */
  public WireClient admin() {
    return admin;
  }

  /** What stands between the proxy and PostgreSQL. */
  public FaultProxy faults() {
    return faults;
  }

  /** Process ids of the backends that the proxy has in this database. */
  public List<String> backends() {
    return admin
        .rows(
            """
            select pid from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            and backend_type = 'client backend' order by backend_start
            """)
        .stream()
        .map(List::getFirst)
        .toList();
  }

  /** How many backends of this database satisfy a condition on pg_stat_activity. */
  public int count(String condition) {
    return Integer.parseInt(
        admin.value(
            "select count(*) from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid() and ("
                + condition
                + ")"));
  }

  /**
   * Cuts every connection of the proxy to PostgreSQL, and returns when none of those backends is
   * left and the proxy knows it: what a client sends sooner can still meet its end.
   */
  public void replaceBackends() {
    faults.cutAll();
    awaitNoBackend();
  }

  /** Returns once PostgreSQL and the proxy agree that there is no backend. */
  public void awaitNoBackend() {
    awaitCount(0, "true");
    try (WireClient console = console()) {
      Await.until(
          () -> pools(console, List.of("sv_idle", "sv_active", "sv_used", "sv_tested")) == 0,
          () -> "the proxy has backends: " + console.rows("show pools"));
    }
  }

  /** Cuts every connection, and returns when there are as many others. */
  public void replaceBackendsButKeepMinimum(int minimum) {
    List<String> before = backends();
    faults.cutAll();
    Await.until(
        () -> {
          List<String> now = backends();
          return now.size() == minimum && now.stream().noneMatch(before::contains);
        },
        () -> "before " + before + ", now " + backends());
  }

  /** Returns once so many clients wait for a backend, as the console's SHOW POOLS says it. */
  public void awaitWaiting(int clients) {
    try (WireClient console = console()) {
      Await.until(
          () -> pools(console, List.of("cl_waiting")) == clients,
          () -> "not " + clients + " clients wait: " + console.rows("show pools"));
    }
  }

  private WireClient console() {
    return WireClient.login(address(), SluiceConf.OPERATOR);
  }

  /** The sum of these columns of SHOW POOLS over all pools. */
  private static int pools(WireClient console, List<String> names) {
    List<BackendMessage> answers = Answers.good(console.simple("show pools"));
    List<String> columns =
        answers.stream()
            .filter(RowDescription.class::isInstance)
            .flatMap(message -> ((RowDescription) message).columns().stream())
            .map(Column::name)
            .toList();
    return Answers.rows(answers).stream()
        .flatMap(row -> names.stream().map(name -> row.get(columns.indexOf(name))))
        .mapToInt(Integer::parseInt)
        .sum();
  }

  /** Returns once exactly so many backends satisfy a condition on pg_stat_activity. */
  public void awaitCount(int expected, String condition) {
    Await.until(
        () -> count(condition) == expected,
        () ->
            expected
                + " backends with "
                + condition
                + "; there is "
                + admin.rows(
                    "select pid, state, wait_event, query from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()"));
  }

  @Override
  public void close() {
    synchronized (clients) {
      clients.forEach(WireClient::close);
    }
    sluice.close();
    faults.close();
    admin.close();
  }
}
