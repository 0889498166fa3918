package dev.sluice.proxy.auth.query;

import dev.sluice.proxy.auth.SecretAnswer;
import dev.sluice.proxy.auth.SecretSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that the operator's query finds on the server of the database that a client asks for.
 * Never more connections and waiting names than the configured databases have, whatever names
 * clients think of.
 */
public final class AuthQuery implements SecretSource, AutoCloseable {
  private final SecretQuery query;
  private final QueryLogin login;
  private final Function<String, @Nullable QueryTarget> targets;
  private final LongSupplier nanoClock;
  private final AnswerCache cache;
  private final Map<QueryTarget, UserLookup> lookups = new ConcurrentHashMap<>();

  /**
   * @param targets where to look for users of a database of this name, known or not; one of a fixed
   *     set, or null for nowhere
   * @param cacheSize answers that are remembered; 0 for none
   * @param ttl how long one is remembered; 0 for not at all
   */
  public AuthQuery(
      SecretQuery query,
      QueryLogin login,
      Function<String, @Nullable QueryTarget> targets,
      int cacheSize,
      Duration ttl,
      LongSupplier nanoClock) {
    this.query = query;
    this.login = login;
    this.targets = targets;
    this.nanoClock = nanoClock;
    this.cache = new AnswerCache(cacheSize, ttl, nanoClock);
  }

  @Override
  public CompletableFuture<SecretAnswer> find(String user, String database) {
    QueryTarget target = targets.apply(database);
    return target == null
        ? nowhere()
        : cache.get(new AnswerCache.Key(target, user), () -> lookup(target).find(user));
  }

  @Override
  public CompletableFuture<SecretAnswer> findAgain(String user, String database) {
    QueryTarget target = targets.apply(database);
    return target == null
        ? nowhere()
        : cache.getFresh(new AnswerCache.Key(target, user), () -> lookup(target).find(user));
  }

  private static CompletableFuture<SecretAnswer> nowhere() {
    return CompletableFuture.completedFuture(
        new SecretAnswer.NotFound("the user is not in the users-file, and no server to ask"));
  }

  private UserLookup lookup(QueryTarget target) {
    return lookups.computeIfAbsent(
        target, absent -> new UserLookup(absent, query, login, nanoClock));
  }

  @Override
  public void close() {
    lookups.values().forEach(UserLookup::close);
  }
}
