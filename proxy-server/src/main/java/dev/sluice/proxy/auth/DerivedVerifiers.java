package dev.sluice.proxy.auth;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM verifiers of the users whose secret is a password in plain text, each derived once. Holds
 * at most one per such user of one users-file.
 */
final class DerivedVerifiers {
  private final ProcessSecret secret;
  private final Executor executor;
  private final Map<String, Derivation> derivations = new ConcurrentHashMap<>();

  DerivedVerifiers(ProcessSecret secret, Executor executor) {
    this.secret = secret;
    this.executor = executor;
  }

  /** What the user's exchange runs on; derives the verifier now if nobody has. */
  ScramSource source(String user, PlainText password) {
    Derivation derivation =
        derivations.computeIfAbsent(user, name -> new Derivation(password, derive(name, password)));
    return new ScramSource(
        ScramSha256.DEFAULT_ITERATIONS, salt(user), derivation.verifier(), password);
  }

  /**
   * Derives all of them in the background, one after the other: a login that had to derive first
   * would take longer than that of a user who does not exist. What was derived for the same user
   * and password before a reload is taken over.
   */
  void deriveAll(UsersFile users, @Nullable DerivedVerifiers earlier) {
    Map<String, PlainText> missing = new HashMap<>();
    users
        .users()
        .forEach(
            (user, secret) -> {
              if (secret.orElse(null) instanceof PlainText password
                  && !takeOver(user, password, earlier)) {
                missing.put(user, password);
              }
            });
    deriveNext(missing.entrySet().iterator());
  }

  private boolean takeOver(String user, PlainText password, @Nullable DerivedVerifiers earlier) {
    Derivation known = earlier == null ? null : earlier.derivations.get(user);
    if (known == null || known.failed() || !known.password().equals(password)) {
      return false;
    }
    derivations.put(user, known);
    return true;
  }

  /** One user per task, so that logins that wait for the executor get their turns in between. */
  private void deriveNext(Iterator<Map.Entry<String, PlainText>> rest) {
    if (rest.hasNext()) {
      Map.Entry<String, PlainText> next = rest.next();
      source(next.getKey(), next.getValue())
          .verifier()
          .thenRunAsync(() -> deriveNext(rest), executor);
    }
  }

  private CompletableFuture<ScramVerifier> derive(String user, PlainText password) {
    return Work.submit(
        executor,
        () ->
            ScramKeys.derive(password.password(), ScramSha256.DEFAULT_ITERATIONS, salt(user))
                .verifier());
  }

  private String salt(String user) {
    return secret.salt(user, ScramSha256.DEFAULT_SALT_LENGTH);
  }

  private record Derivation(PlainText password, CompletableFuture<ScramVerifier> verifier) {
    boolean failed() {
      return verifier.isCompletedExceptionally();
    }
  }
}
