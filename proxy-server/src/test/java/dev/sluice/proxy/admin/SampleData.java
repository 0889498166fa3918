package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.data.BackendSnapshot;
import dev.sluice.proxy.admin.data.ClientSnapshot;
import dev.sluice.proxy.admin.data.ConfigEntry;
import dev.sluice.proxy.admin.data.ConnectionSnapshot;
import dev.sluice.proxy.admin.data.ConsoleData;
import dev.sluice.proxy.admin.data.DatabaseSnapshot;
import dev.sluice.proxy.admin.data.ListsSnapshot;
import dev.sluice.proxy.admin.data.MemorySnapshot;
import dev.sluice.proxy.admin.data.NodeSnapshot;
import dev.sluice.proxy.admin.data.PinSnapshot;
import dev.sluice.proxy.admin.data.PoolSnapshot;
import dev.sluice.proxy.admin.data.ProxyState;
import dev.sluice.proxy.admin.data.StatsSnapshot;
import dev.sluice.proxy.admin.data.UserSnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small proxy at rest: every value is different, so that no column can show another's. */
final class SampleData implements ConsoleData {
  static final Instant CONNECTED = Instant.parse("2026-01-02T03:04:05Z");
  static final Instant REQUESTED = Instant.parse("2026-07-02T03:04:06.789Z");

  private final int clients;
  private final boolean hasVersion;

  SampleData() {
    this(3);
  }

  SampleData(int clients) {
    this(clients, true);
  }

  private SampleData(int clients, boolean hasVersion) {
    this.clients = clients;
    this.hasVersion = hasVersion;
  }

  /** The same, but the version cannot be told. */
  SampleData withoutVersion() {
    return new SampleData(clients, false);
  }

  @Override
  public List<PoolSnapshot> pools() {
    return List.of(
        new PoolSnapshot(
            "app",
            "alice",
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            Duration.ofSeconds(12, 345_678_901),
            "transaction",
            null),
        new PoolSnapshot(
            "sluice", "sre", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, "statement", null));
  }

  @Override
  public List<ClientSnapshot> clients() {
    List<ClientSnapshot> rows = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      ClientSnapshot.State state =
          switch (i) {
            case 0 -> ClientSnapshot.State.ACTIVE;
            case 1 -> ClientSnapshot.State.WAITING;
            default -> ClientSnapshot.State.IDLE;
          };
      rows.add(
          new ClientSnapshot(
              connection(
                  100 + i,
                  i == 0 ? 200L : null,
                  i == 1 ? Duration.ofMillis(1500) : Duration.ZERO,
                  "app \u00fc"),
              state));
    }
    return rows;
  }

  @Override
  public List<BackendSnapshot> backends() {
    return List.of(
        new BackendSnapshot(connection(200, 100L, Duration.ZERO, ""), BackendSnapshot.State.ACTIVE),
        new BackendSnapshot(connection(201, null, Duration.ZERO, ""), BackendSnapshot.State.LOGIN));
  }

  private static ConnectionSnapshot connection(
      long id, @Nullable Long peer, Duration waited, String application) {
    return new ConnectionSnapshot(
        id,
        peer,
        "alice",
        "app",
        "none",
        "192.0.2.1",
        40_000,
        "192.0.2.2",
        6432,
        CONNECTED,
        REQUESTED,
        waited,
        id == 201,
        4711,
        "TLSv1.3/TLS_AES_256_GCM_SHA384",
        application,
        17,
        18,
        19);
  }

  @Override
  public List<NodeSnapshot> nodes() {
    return List.of(
        new NodeSnapshot(
            "app",
            "db2.internal:5432",
            "replica",
            "lagging",
            "12000 ms behind",
            12_000L,
            42L,
            7L,
            1L,
            "0/3000148",
            2,
            1,
            99,
            3,
            80L),
        new NodeSnapshot(
            "app",
            "db3.internal:5432",
            "unknown",
            "down",
            "no answer",
            null,
            null,
            null,
            null,
            null,
            0,
            0,
            0,
            0,
            null));
  }

  @Override
  public List<PinSnapshot> pins() {
    return List.of(
        new PinSnapshot(
            7,
            "alice",
            "app",
            "db1.internal:5432",
            "listen",
            Instant.parse("2026-01-02T03:04:05Z"),
            "LISTEN news"));
  }

  @Override
  public List<DatabaseSnapshot> databases() {
    return List.of(
        new DatabaseSnapshot(
            "app",
            "db1.internal",
            5432,
            "app_v2",
            "app_login",
            20,
            1,
            2,
            Duration.ofHours(1),
            "session",
            null,
            30,
            3,
            40,
            4,
            true,
            false));
  }

  @Override
  public List<UserSnapshot> users() {
    return List.of(
        new UserSnapshot("alice", null, null, null, 1, 2, 3, 4),
        new UserSnapshot("bob", 5, 6, "session", 7, 8, 9, 10));
  }

  @Override
  public List<StatsSnapshot> stats() {
    return List.of(
        new StatsSnapshot("app", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        new StatsSnapshot("other", 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 10_000_000_000L));
  }

  @Override
  public ListsSnapshot lists() {
    return new ListsSnapshot(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  }

  @Override
  public List<ConfigEntry> config(boolean pgbouncerNames) {
    ConfigEntry own = new ConfigEntry("client.max-connections", "500", "10000", true);
    ConfigEntry absent = new ConfigEntry("unix-socket-dir", null, null, false);
    return pgbouncerNames
        ? List.of(own, absent, new ConfigEntry("max_client_conn", "500", "10000", true))
        : List.of(own, absent);
  }

  @Override
  public List<MemorySnapshot> memory() {
    return List.of(new MemorySnapshot("buffers", 1, 2, 3, 5_000_000_000L));
  }

  @Override
  public ProxyState state() {
    return ProxyState.ACTIVE;
  }

  @Override
  public String version() {
    if (!hasVersion) {
      throw new IllegalStateException("a fault for a test");
    }
    return "0.1.0";
  }

  @Override
  public Clock clock() {
    return Clock.fixed(REQUESTED, ZoneId.of("Europe/Berlin"));
  }
}
