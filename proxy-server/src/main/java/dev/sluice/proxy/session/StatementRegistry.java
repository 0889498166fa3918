package dev.sluice.proxy.session;

import dev.sluice.protocol.sql.StatementTraits;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns the body of a Parse message into the one {@link Statement} that stands for it, so that
 * clients share what backends hold and a text is analysed once.
 *
 * <p>Bounded by two generations: when the young one is full it becomes the old one, and the old one
 * is dropped; what is still in use moves back by being looked up. A statement dropped here lives on
 * with the clients that hold it; others only stop sharing it.
 */
public final class StatementRegistry {
  /** Begins the names of statements that are prepared by SQL, which PostgreSQL marks as such. */
  public static final String SQL_NAMES = "sluice sql ";

  private final int generationSize;
  private final String prefix;
  private final AtomicLong ids = new AtomicLong();
  private volatile ConcurrentHashMap<Bytes, Entry> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<Bytes, Entry> old = new ConcurrentHashMap<>();

  /** The statements of one text, by settings: nearly always one. */
  private record Entry(ParseSettings settings, Statement statement, @Nullable Entry next) {}

  /**
   * @param size how many texts are remembered, at least 2
   * @param prefix begins every server-side name; not to be guessed by clients, who could otherwise
   *     name a statement like one of ours
   */
  public StatementRegistry(int size, String prefix) {
    this.generationSize = Math.max(1, size / 2);
    this.prefix = prefix;
  }

  /** The statement for a Parse body (all behind the statement's name). */
  public Statement intern(Bytes body, ParseSettings settings) {
    Entry entry = young.get(body);
    Statement found = find(entry, settings);
    if (found != null) {
      return found;
    }
    entry = old.get(body);
    found = find(entry, settings);
    return found != null ? remember(body.copy(), settings, found) : add(body, settings);
  }

  /** The statement for a Parse body if there is one already. */
  public @Nullable Statement known(Bytes body, ParseSettings settings) {
    Statement found = find(young.get(body), settings);
    return found != null ? found : find(old.get(body), settings);
  }

  /** A statement that no other client shares: its settings are not what the session believes. */
  public Statement unshared(Bytes body, ParseSettings settings) {
    return create(body.copy(), settings);
  }

  /** A statement too large to keep; nothing is known of it. */
  public Statement unkept() {
    return new Statement(null, nextName(), StatementTraits.UNKNOWN, null);
  }

  private Statement add(Bytes body, ParseSettings settings) {
    Bytes stored = body.copy();
    return remember(stored, settings, create(stored, settings));
  }

  private Statement remember(Bytes stored, ParseSettings settings, Statement statement) {
    if (young.size() >= generationSize) {
      rotate();
    }
    Entry entry =
        young.compute(
            stored,
            (body, present) ->
                find(present, settings) != null
                    ? present
                    : new Entry(settings, statement, inUse(present)));
    Statement winner = find(entry, settings);
    return winner != null ? winner : statement;
  }

  private synchronized void rotate() {
    if (young.size() >= generationSize) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }

  private static @Nullable Statement find(@Nullable Entry entry, ParseSettings settings) {
    for (Entry e = entry; e != null; e = e.next()) {
      if (e.settings().equals(settings) && !e.statement().retired()) {
        return e.statement();
      }
    }
    return null;
  }

  private static @Nullable Entry inUse(@Nullable Entry entry) {
    if (entry == null) {
      return null;
    }
    Entry rest = inUse(entry.next());
    return entry.statement().retired()
        ? rest
        : new Entry(entry.settings(), entry.statement(), rest);
  }

  private Statement create(Bytes stored, ParseSettings settings) {
    if (SqlPrepare.is(stored.array(), stored.length())) {
      byte[] prepared = SqlPrepare.statement(stored.array());
      byte[] name =
          (SQL_NAMES + new String(nextName(), StandardCharsets.US_ASCII))
              .getBytes(StandardCharsets.US_ASCII);
      return new Statement(
          stored.array(), name, settings.analyse(prepared, prepared.length), settings);
    }
    return new Statement(stored.array(), nextName(), analyse(stored, settings), settings);
  }

  private byte[] nextName() {
    return (prefix + Long.toString(ids.incrementAndGet(), 36)).getBytes(StandardCharsets.US_ASCII);
  }

  private static StatementTraits analyse(Bytes body, ParseSettings settings) {
    int end = 0;
    byte[] array = body.array();
    while (end < body.length() && array[end] != 0) {
      end++;
    }
    return settings.analyse(array, end);
  }
}
