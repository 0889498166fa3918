package dev.sluice.proxy.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates in PEM (RFC 7468); text between the blocks is passed over, as OpenSSL does. */
final class PemCertificates {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED"
              + " )?CERTIFICATE-----");

  private PemCertificates() {}

  /** All of them in their order, at least one. */
  static List<X509Certificate> parse(Path file, byte[] octets) throws TlsFileException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      var blocks = BLOCK.matcher(new String(octets, ISO_8859_1));
      while (blocks.find()) {
        Certificate certificate =
            factory.generateCertificate(
                new ByteArrayInputStream(blocks.group().getBytes(US_ASCII)));
        certificates.add((X509Certificate) certificate);
      }
    } catch (CertificateException e) {
      throw new TlsFileException(
          file,
          "certificate %d cannot be parsed: %s".formatted(certificates.size() + 1, e.getMessage()));
    }
    if (certificates.isEmpty()) {
      throw new TlsFileException(file, "holds no certificate in PEM");
    }
    return List.copyOf(certificates);
  }
}
