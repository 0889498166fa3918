package dev.sluice.proxy.auth.hba;

import org.jspecify.annotations.Nullable;

/** What a rule demands of the client's certificate, beside its method ({@code clientcert}). */
public sealed interface ClientCertificate {
  record NotAsked() implements ClientCertificate {}

  /** One that has been verified. */
  record Verified() implements ClientCertificate {}

  /**
   * A verified one that names the user.
   *
   * @param map null: its common name must be the user's
   */
  record NamesUser(@Nullable String map) implements ClientCertificate {}
}
