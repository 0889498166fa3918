package dev.sluice.proxy.client;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The clients that are connected: their number, and who may be cancelled by which key. A cancel
 * request is looked up by its process id, which is a client's alone.
 */
public final class ClientRegistry {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(ClientConnection client, byte[] secret) {}

  private final int limit;
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger nextProcessId;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentMap<Integer, Entry> byProcessId = new ConcurrentHashMap<>();

  /**
   * @param limit of client connections
   */
  public ClientRegistry(int limit) {
    this.limit = limit;
    this.nextProcessId = new AtomicInteger(random.nextInt() & 0x3fff_ffff);
  }

  /** Counts a connection in; false if there are too many. Balanced by {@link #left}. */
  boolean joined() {
    return connected.incrementAndGet() <= limit;
  }

  void left(ClientConnection client) {
    connected.decrementAndGet();
    Login login = client.login();
    if (login != null) {
      byProcessId.remove(login.processId());
    }
  }

  public int connected() {
    return connected.get();
  }

  int limit() {
    return limit;
  }

  /**
   * Registers a client under a process id of its own.
   *
   * @param secretLength 4 before protocol 3.2, longer since
   */
  Key register(ClientConnection client, int secretLength) {
    byte[] secret = new byte[secretLength];
    random.nextBytes(secret);
    Entry entry = new Entry(client, secret);
    int processId;
    do {
      processId = nextProcessId.incrementAndGet() & Integer.MAX_VALUE;
    } while (processId == 0 || byProcessId.putIfAbsent(processId, entry) != null);
    return new Key(processId, secret);
  }

  /** What a client sends to cancel its query. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Key(int processId, byte[] secret) {}

  /** The client that this key is of; null if there is none. */
  @Nullable ClientConnection find(int processId, byte[] secret) {
    Entry entry = byProcessId.get(processId);
    return entry != null && MessageDigest.isEqual(entry.secret(), secret) ? entry.client() : null;
  }

  /** All that have logged in. */
  public Collection<ClientConnection> clients() {
    return byProcessId.values().stream().map(Entry::client).toList();
  }
}
