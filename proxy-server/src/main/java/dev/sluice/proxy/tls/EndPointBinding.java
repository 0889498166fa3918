package dev.sluice.proxy.tls;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The channel binding tls-server-end-point (RFC 5929 section 4): a hash of the server's
 * certificate, by the hash that the certificate is signed with.
 */
final class EndPointBinding {
  private EndPointBinding() {}

  /** Null for a signature that has no such hash, such as Ed25519. */
  static byte @Nullable [] of(X509Certificate server) {
    try {
      String hash = hash(server);
      return hash == null ? null : MessageDigest.getInstance(hash).digest(server.getEncoded());
    } catch (GeneralSecurityException | java.io.IOException e) {
      return null;
    }
  }

  private static @Nullable String hash(X509Certificate server)
      throws GeneralSecurityException, java.io.IOException {
    String algorithm = server.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.equals("RSASSA-PSS")) {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(server.getSigAlgParams(), "ASN.1");
      return substitute(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    }
    int with = algorithm.indexOf("WITH");
    return with < 0 ? null : substitute(algorithm.substring(0, with));
  }

  /** Hashes that are broken are not used for the binding. */
  private static String substitute(String hash) {
    return switch (hash) {
      case "MD5", "SHA1", "SHA-1" -> "SHA-256";
      case "SHA224" -> "SHA-224";
      case "SHA256" -> "SHA-256";
      case "SHA384" -> "SHA-384";
      case "SHA512" -> "SHA-512";
      default -> hash;
    };
  }
}
