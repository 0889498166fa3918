package dev.sluice.it.frameworks;

import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.drivers.Jdbc;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.BatchSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.cfg.SchemaToolingSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hibernate ORM with HikariCP: 20 connections over 5 backends. */
@ExtendWith(PostgresServers.Extension.class)
class HibernateIT {

  private static final int ROUNDS = 6;
  private static final int BOOKS = 45;
  private static final int TENANTS = 8;

  private final PooledDatabase database;
  private final HikariDataSource pool;

  HibernateIT(PostgresServers servers) throws InterruptedException {
    database = PooledDatabase.start(servers.newest(), "frameworks_hibernate");
    pool = database.dataSource(PooledDatabase.CLIENTS);
  }

  @AfterEach
  void close() throws Exception {
    pool.close();
    database.close();
  }

  private Configuration configuration(Class<?>... entities) {
    Configuration configuration =
        new Configuration()
            // The default takes a lock of the whole application while it asks for the next ids: who
            // has it can then wait for a backend that is held by somebody who waits for the lock.
            .setProperty(MappingSettings.PREFERRED_POOLED_OPTIMIZER, "pooled-lotl")
            .setProperty(BatchSettings.STATEMENT_BATCH_SIZE, 20)
            .setProperty(BatchSettings.ORDER_INSERTS, true);
    configuration.getProperties().put(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, pool);
    for (Class<?> entity : entities) {
      configuration.addAnnotatedClass(entity);
    }
    return configuration;
  }

  private SessionFactory library() {
    return configuration(Author.class, Book.class)
        .setProperty(SchemaToolingSettings.HBM2DDL_AUTO, "create")
        .buildSessionFactory();
  }

  @Test
  void batchesSequencesAndLazyLoading() throws Exception {
    try (SessionFactory sessions = library()) {
      Together.run(
          PooledDatabase.CLIENTS,
          number -> {
            for (int round = 0; round < ROUNDS; round++) {
              String name = "author %d/%d".formatted(number, round);
              long id = write(sessions, name);
              read(sessions, id, name);
              stream(sessions, name);
            }
          });
      long books =
          sessions.fromSession(
              session ->
                  session
                      .createSelectionQuery("select count(distinct id) from Book", Long.class)
                      .getSingleResult());
      assertEquals(PooledDatabase.CLIENTS * ROUNDS * BOOKS, books);
    }
  }

  private static List<String> titles(String name) {
    return IntStream.range(0, BOOKS).mapToObj(n -> name + " book " + n).toList();
  }

  private static long write(SessionFactory sessions, String name) {
    return sessions.fromTransaction(
        session -> {
          Author author = new Author(name);
          titles(name).forEach(author::add);
          session.persist(author);
          session.flush();
          return Objects.requireNonNull(author.id);
        });
  }

  private static void read(SessionFactory sessions, long id, String name) {
    sessions.inTransaction(
        session -> {
          Author author = session.find(Author.class, id);
          assertEquals(name, author.name());
          assertFalse(Hibernate.isInitialized(author.books()));
          assertEquals(titles(name), sorted(author.books()));
          assertEquals(0, author.version);
        });
    // Without a transaction each statement may run on another backend.
    sessions.inSession(
        session -> {
          Book book =
              session
                  .createSelectionQuery("from Book where title = :title", Book.class)
                  .setParameter("title", titles(name).getFirst())
                  .getSingleResult();
          Author author = Objects.requireNonNull(book.author);
          assertFalse(Hibernate.isInitialized(author));
          assertEquals(name, author.name());
          assertEquals(titles(name), sorted(author.books()));
        });
  }

  private static List<String> sorted(List<Book> books) {
    return books.stream()
        .sorted((a, b) -> Long.compare(Objects.requireNonNull(a.id), Objects.requireNonNull(b.id)))
        .map(book -> book.title)
        .toList();
  }

  /** With a fetch size pgjdbc keeps a portal open and asks for more rows of it. */
  private static void stream(SessionFactory sessions, String name) {
    sessions.inTransaction(
        session -> {
          try (var titles =
              session
                  .createSelectionQuery(
                      "select title from Book where author.name = :name order by id", String.class)
                  .setParameter("name", name)
                  .setFetchSize(10)
                  .getResultStream()) {
            assertEquals(titles(name), titles.toList());
          }
        });
  }

  @Test
  void optimisticLocking() throws Exception {
    try (SessionFactory sessions = library()) {
      Together.run(
          PooledDatabase.CLIENTS / 2,
          number -> {
            long id = write(sessions, "contested " + number);
            for (int round = 0; round < ROUNDS; round++) {
              conflict(sessions, id, "renamed %d/%d".formatted(number, round));
            }
            int version = sessions.fromSession(session -> session.find(Author.class, id).version);
            assertEquals(ROUNDS, version);
          });
    }
  }

  private static void conflict(SessionFactory sessions, long id, String name) {
    try (Session late = sessions.openSession()) {
      Author stale = late.find(Author.class, id);
      sessions.inTransaction(session -> session.find(Author.class, id).name = name);
      late.beginTransaction();
      stale.name = "too late";
      assertThrows(OptimisticLockException.class, () -> late.getTransaction().commit());
    }
    assertEquals(name, sessions.fromSession(session -> session.find(Author.class, id).name));
  }

  @Test
  void readOnlyTransactions() throws Exception {
    try (SessionFactory sessions = library()) {
      Together.run(
          PooledDatabase.CLIENTS,
          number -> {
            for (int round = 0; round < ROUNDS; round++) {
              if ((number + round) % 2 == 0) {
                write(sessions, "by %d/%d".formatted(number, round));
              } else {
                refusedWrite(sessions);
              }
            }
          });
      assertEquals(
          "" + PooledDatabase.CLIENTS * ROUNDS / 2,
          sessions.fromSession(session -> setting(session, "select count(*)::text from author")));
    }
  }

  private static void refusedWrite(SessionFactory sessions) {
    try (Session session = sessions.openSession()) {
      session.doWork(connection -> connection.setReadOnly(true));
      session.setDefaultReadOnly(true);
      session.beginTransaction();
      assertEquals("on", setting(session, "show transaction_read_only"));
      // Refused is the INSERT, or before it the sequence if its last ids are used up.
      PersistenceException e =
          assertThrows(
              PersistenceException.class,
              () -> {
                session.persist(new Author("never"));
                session.flush();
              });
      assertEquals("25006", sqlState(e));
      session.getTransaction().rollback();
      session.doWork(connection -> connection.setReadOnly(false));
    }
  }

  private static String setting(Session session, String sql) {
    return session.createNativeQuery(sql, String.class).getSingleResult();
  }

  private static String sqlState(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof SQLException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return assertInstanceOf(SQLException.class, cause).getSQLState();
  }

  /** PostgreSQL's time limit by SET LOCAL, and the driver's, which cancels. */
  @Test
  void timeouts() throws Exception {
    try (SessionFactory sessions = library()) {
      Together.run(
          PooledDatabase.CLIENTS,
          number -> {
            String limit = 10_001 + number + "ms";
            try (Session session = sessions.openSession()) {
              session.beginTransaction();
              update(session, "set local statement_timeout = '" + limit + "'");
              assertEquals(limit, setting(session, "show statement_timeout"));
              session.getTransaction().commit();
              session.beginTransaction();
              assertEquals("0", setting(session, "show statement_timeout"));
              update(session, "set local statement_timeout = '20ms'");
              assertCancelled(session);
            }
            sessions.inTransaction(
                session -> assertEquals("0", setting(session, "show statement_timeout")));
          });
    }
  }

  @Test
  void queryTimeoutOfTheDriver() throws Exception {
    try (SessionFactory sessions = library()) {
      Together.run(
          PooledDatabase.BACKENDS,
          number -> {
            try (Session session = sessions.openSession()) {
              session.beginTransaction();
              PersistenceException e =
                  assertThrows(
                      PersistenceException.class,
                      () ->
                          session
                              .createNativeQuery("select pg_sleep(60)::text", String.class)
                              .setTimeout(1)
                              .getSingleResult());
              assertEquals("57014", sqlState(e));
              session.getTransaction().rollback();
              assertEquals("" + number, setting(session, "select '" + number + "'"));
            }
          });
    }
  }

  private static void update(Session session, String sql) {
    session.createNativeMutationQuery(sql).executeUpdate();
  }

  private static void assertCancelled(Session session) {
    PersistenceException e =
        assertThrows(
            PersistenceException.class, () -> setting(session, "select pg_sleep(60)::text"));
    assertEquals("57014", sqlState(e));
    session.getTransaction().rollback();
  }

  /** A schema per tenant by search_path: nobody sees another tenant's row, nor writes one there. */
  @Test
  void schemaPerTenant() throws Exception {
    for (int t = 0; t < TENANTS; t++) {
      execute(
          database.proxy(),
          "create schema tenant_" + t,
          "create table tenant_%d.invoice (id bigint primary key, tenant text not null)"
              .formatted(t),
          "create sequence tenant_%d.invoice_seq increment 50".formatted(t));
    }
    Configuration configuration = configuration(Invoice.class);
    configuration
        .getProperties()
        .put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, new SchemaPerTenant(pool));
    try (SessionFactory sessions = configuration.buildSessionFactory()) {
      Together.run(
          PooledDatabase.CLIENTS,
          number -> {
            for (int round = 0; round < 3 * ROUNDS; round++) {
              invoice(sessions, "tenant_" + (number + round) % TENANTS);
            }
          });
    }
    List<String> written = new ArrayList<>();
    try (Connection connection = connect(database.server())) {
      for (int t = 0; t < TENANTS; t++) {
        written.addAll(
            Jdbc.column(connection, "select distinct tenant from tenant_%d.invoice".formatted(t)));
        assertTrue(
            Integer.parseInt(one(connection, "select count(*) from tenant_%d.invoice".formatted(t)))
                > 0);
      }
    }
    assertEquals(IntStream.range(0, TENANTS).mapToObj(t -> "tenant_" + t).toList(), written);
  }

  private static void invoice(SessionFactory sessions, String tenant) {
    try (Session session = sessions.withOptions().tenantIdentifier((Object) tenant).openSession()) {
      session.beginTransaction();
      session.persist(new Invoice(tenant));
      session.getTransaction().commit();
      List<String> seen =
          session
              .createSelectionQuery("select distinct tenant from Invoice", String.class)
              .getResultList();
      assertEquals(List.of(tenant), seen);
    }
  }
}
