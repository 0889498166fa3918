package dev.sluice.proxy.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a client's connection has proved before the login begins.
 *
 * @param encrypted whether TLS is used
 * @param binding null without TLS, or where the certificate allows none
 * @param certificateName the common name of the client's certificate, which has been verified; null
 *     if it has shown none
 */
public record ClientChannel(
    boolean encrypted, @Nullable ChannelBinding binding, @Nullable String certificateName) {
  public static final ClientChannel PLAINTEXT = new ClientChannel(false, null, null);
}
