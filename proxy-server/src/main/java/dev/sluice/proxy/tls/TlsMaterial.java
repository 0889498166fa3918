package dev.sluice.proxy.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the files held when they were read, and fit together.
 *
 * @param chain ours, leaf first; empty if we show none
 * @param key the leaf's
 * @param authorities null if the other side's certificate is not asked for, or not looked at
 */
record TlsMaterial(
    List<X509Certificate> chain,
    @Nullable PrivateKey key,
    @Nullable List<X509Certificate> authorities) {

  /** The octets of the files; two reads are equal if nothing has changed. */
  @SuppressWarnings("ArrayRecordComponent") // equals and hashCode are given
  record Octets(byte[] certificate, byte[] key, byte[] ca) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Octets that
          && Arrays.equals(certificate, that.certificate)
          && Arrays.equals(key, that.key)
          && Arrays.equals(ca, that.ca);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * Arrays.hashCode(certificate) + Arrays.hashCode(key)) + Arrays.hashCode(ca);
    }

    @Override
    public String toString() {
      return "certificate files";
    }
  }

  static Octets read(TlsFiles files) throws TlsFileException {
    return new Octets(read(files.certificate()), read(files.key()), read(files.ca()));
  }

  private static byte[] read(@Nullable Path file) throws TlsFileException {
    try {
      return file == null ? new byte[0] : Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsFileException(file, "there is no such file");
    } catch (IOException e) {
      throw new TlsFileException(file, "cannot be read: " + e.getMessage());
    }
  }

  static TlsMaterial of(TlsFiles files, Octets octets) throws TlsFileException {
    List<X509Certificate> authorities =
        files.ca() == null ? null : PemCertificates.parse(files.ca(), octets.ca());
    if (files.certificate() == null || files.key() == null) {
      return new TlsMaterial(List.of(), null, authorities);
    }
    List<X509Certificate> chain = PemCertificates.parse(files.certificate(), octets.certificate());
    PrivateKey key = PemPrivateKey.parse(files.key(), octets.key());
    if (!belongTogether(key, chain.getFirst())) {
      throw new TlsFileException(
          files.key(), "is not the key of the certificate in " + files.certificate());
    }
    return new TlsMaterial(chain, key, authorities);
  }

  /** Whether what the key signs, the certificate verifies. */
  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] sample = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
