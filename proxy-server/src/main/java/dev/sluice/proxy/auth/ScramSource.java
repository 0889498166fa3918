package dev.sluice.proxy.auth;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a SCRAM exchange runs on. The verifier may still be on its way; it will have this salt and
 * iteration count.
 *
 * @param salt in base64
 * @param password the password the verifier is derived from, if we know it
 */
record ScramSource(
    int iterations,
    String salt,
    CompletableFuture<ScramVerifier> verifier,
    @Nullable PlainText password) {

  static ScramSource of(ScramVerifier verifier) {
    return new ScramSource(
        verifier.iterations(), verifier.salt(), CompletableFuture.completedFuture(verifier), null);
  }
}
