package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.BackendMessages;
import org.jspecify.annotations.Nullable;

/**
 * Method {@code cert}: the client's certificate, which TLS has verified, names the user.
 *
 * @param certificateName null if there was no certificate, or none with a common name
 */
record CertExchange(
    LoginCredentials credentials, @Nullable String certificateName, UserNameMap names)
    implements Exchange {
  @Override
  public AuthStep start() {
    if (certificateName == null) {
      return Rejections.noCertificate();
    }
    return names.allows(certificateName, credentials.user())
        ? new AuthStep.Authenticated(credentials, BackendMessages::authenticationOk)
        : Rejections.otherCertificate(credentials.user(), certificateName);
  }

  @Override
  public AuthStep respond(byte[] body) {
    throw new IllegalStateException("nothing was asked");
  }

  @Override
  public int maxResponseLength() {
    return 0;
  }
}
