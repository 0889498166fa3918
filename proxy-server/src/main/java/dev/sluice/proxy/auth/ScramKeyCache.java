package dev.sluice.proxy.auth;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Keys derived from passwords, so that a pool that dials many backends derives them once. Least
 * recently used go first. Safe for all threads; dials that need the same keys wait for one
 * derivation.
 */
final class ScramKeyCache {
  private final int capacity;
  private final Executor executor;

  /** Guarded by itself; in the order of use. */
  private final Map<Key, CompletableFuture<ScramKeys>> entries =
      new LinkedHashMap<>(16, 0.75f, true);

  ScramKeyCache(int capacity, Executor executor) {
    this.capacity = capacity;
    this.executor = executor;
  }

  /** The keys, or the derivation that leads to them; failed if the executor takes no work. */
  CompletableFuture<ScramKeys> keys(SecretBytes password, int iterations, String salt) {
    Key key = new Key(password, iterations, salt);
    synchronized (entries) {
      CompletableFuture<ScramKeys> known = entries.get(key);
      if (known != null && !known.isCompletedExceptionally()) {
        return known;
      }
      CompletableFuture<ScramKeys> derivation =
          Work.submit(executor, () -> ScramKeys.derive(password, iterations, salt));
      entries.put(key, derivation);
      evict();
      return derivation;
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  private void evict() {
    Iterator<?> oldest = entries.values().iterator();
    while (entries.size() > capacity) {
      oldest.next();
      oldest.remove();
    }
  }

  private record Key(SecretBytes password, int iterations, String salt) {}
}
