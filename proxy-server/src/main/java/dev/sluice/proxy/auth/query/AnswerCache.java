package dev.sluice.proxy.auth.query;

import dev.sluice.proxy.auth.SecretAnswer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers of the query, least recently used go first, and the lookups that run: one per user, which
 * all who ask meanwhile wait for. Safe for all threads.
 *
 * <p>That a user is unknown is remembered as long as a secret is. Were it shorter, the time until
 * the first answer to a login would tell which of the two it is.
 */
final class AnswerCache {
  /** Younger answers are not asked for again because of a wrong password. */
  static final Duration MIN_AGE = Duration.ofMillis(250);

  private final int size;
  private final long ttlNanos;
  private final LongSupplier nanoClock;

  /** Guards what follows. */
  private final Object lock = new Object();

  private final Map<Key, Known> answers = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Key, CompletableFuture<SecretAnswer>> running = new HashMap<>();

  record Key(QueryTarget target, String user) {}

  private record Known(SecretAnswer answer, long sinceNanos) {}

  /**
   * @param size answers that are kept; 0 for none
   * @param ttl how long one is used; 0 for never
   */
  AnswerCache(int size, Duration ttl, LongSupplier nanoClock) {
    this.size = size;
    this.ttlNanos = ttl.toNanos();
    this.nanoClock = nanoClock;
  }

  /** The answer that is known, or that of a lookup. */
  CompletableFuture<SecretAnswer> get(Key key, Supplier<CompletableFuture<SecretAnswer>> lookup) {
    return get(key, ttlNanos, lookup);
  }

  /** The same, but an answer must be fresh. */
  CompletableFuture<SecretAnswer> getFresh(
      Key key, Supplier<CompletableFuture<SecretAnswer>> lookup) {
    return get(key, MIN_AGE.toNanos(), lookup);
  }

  private CompletableFuture<SecretAnswer> get(
      Key key, long maxAgeNanos, Supplier<CompletableFuture<SecretAnswer>> lookup) {
    CompletableFuture<SecretAnswer> promise = new CompletableFuture<>();
    synchronized (lock) {
      CompletableFuture<SecretAnswer> asked = running.get(key);
      if (asked != null) {
        return asked;
      }
      SecretAnswer known = known(key, maxAgeNanos);
      if (known != null) {
        return CompletableFuture.completedFuture(known);
      }
      running.put(key, promise);
    }
    lookup.get().thenAccept(answer -> promise.complete(settle(key, answer)));
    return promise;
  }

  private @Nullable SecretAnswer known(Key key, long maxAgeNanos) {
    Known known = answers.get(key);
    return known != null && nanoClock.getAsLong() - known.sinceNanos() < maxAgeNanos
        ? known.answer()
        : null;
  }

  private SecretAnswer settle(Key key, SecretAnswer answer) {
    synchronized (lock) {
      running.remove(key);
      return switch (answer) {
        case SecretAnswer.Found _, SecretAnswer.NotFound _ -> {
          answers.put(key, new Known(answer, nanoClock.getAsLong()));
          evict();
          yield answer;
        }
        case SecretAnswer.Unavailable _ -> {
          // Asked again before its time: what is known still holds.
          SecretAnswer known = known(key, ttlNanos);
          yield known == null ? answer : known;
        }
      };
    }
  }

  private void evict() {
    Iterator<?> oldest = answers.values().iterator();
    while (answers.size() > size) {
      oldest.next();
      oldest.remove();
    }
  }

  int size() {
    synchronized (lock) {
      return answers.size();
    }
  }
}
