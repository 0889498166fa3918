package dev.sluice.it.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Makes authorities and certificates with the openssl command, in a folder of its own. */
public final class Certificates {
  private static final int VALID_DAYS = 2;
  private static final int EXPIRED = -1;

  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  /** A certificate and its key, both PEM. */
  public record Pair(Path certificate, Path key) {
    /** As lines of a configuration. */
    String hocon() {
      return "certificate = \"%s\", key = \"%s\"".formatted(certificate, key);
    }

    /** Puts other contents into these files, the certificate first. */
    void become(Pair other) {
      try {
        Files.copy(other.certificate, certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(other.key, key, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static Certificates in(Path folder) {
    return new Certificates(folder);
  }

  /** An authority that has signed itself. */
  public Pair authority(String name) {
    Pair made = pair(name);
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        made.key.toString(),
        "-out",
        made.certificate.toString(),
        "-days",
        Integer.toString(VALID_DAYS),
        "-subj",
        "/CN=" + name);
    return made;
  }

  /**
   * A certificate.
   *
   * @param alternatives such as {@code DNS:localhost}; may be empty
   */
  public Pair issue(String name, Pair by, String commonName, String... alternatives) {
    return issue(name, by, commonName, VALID_DAYS, List.of("ec"), alternatives);
  }

  /** A certificate whose time is over. */
  Pair expired(String name, Pair by, String commonName, String... alternatives) {
    return issue(name, by, commonName, EXPIRED, List.of("ec"), alternatives);
  }

  /** A certificate with an RSA key, the key in the older form (PKCS #1). */
  Pair rsa(String name, Pair by, String commonName, String... alternatives) {
    Pair made = issue(name, by, commonName, VALID_DAYS, List.of("rsa:2048"), alternatives);
    openssl("rsa", "-in", made.key.toString(), "-traditional", "-out", made.key.toString());
    return made;
  }

  /** The key, which is EC, in its older form (RFC 5915). */
  Pair withOldKey(String name, Pair of) {
    Pair made = pair(name);
    try {
      Files.copy(of.certificate, made.certificate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl("ec", "-in", of.key.toString(), "-out", made.key.toString());
    return made;
  }

  /** The key behind a password. */
  Pair withEncryptedKey(String name, Pair of) {
    Pair made = pair(name);
    try {
      Files.copy(of.certificate, made.certificate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(
        "pkcs8",
        "-topk8",
        "-in",
        of.key.toString(),
        "-passout",
        "pass:x",
        "-out",
        made.key.toString());
    return made;
  }

  private Pair issue(
      String name,
      Pair by,
      String commonName,
      int days,
      List<String> kind,
      String... alternatives) {
    Pair made = pair(name);
    Path request = folder.resolve(name + ".csr");
    List<String> arguments = new ArrayList<>(List.of("req", "-newkey", kind.getFirst()));
    if (kind.getFirst().equals("ec")) {
      arguments.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256"));
    }
    arguments.addAll(
        List.of(
            "-nodes",
            "-keyout",
            made.key.toString(),
            "-out",
            request.toString(),
            "-subj",
            "/O=Sluice/CN=" + commonName));
    openssl(arguments.toArray(String[]::new));
    List<String> extensions = new ArrayList<>(List.of("basicConstraints=CA:FALSE"));
    if (alternatives.length > 0) {
      extensions.add("subjectAltName=" + String.join(",", alternatives));
    }
    Path extensionFile = write(name + ".ext", String.join("\n", extensions) + "\n");
    openssl(
        "x509",
        "-req",
        "-in",
        request.toString(),
        "-CA",
        by.certificate.toString(),
        "-CAkey",
        by.key.toString(),
        "-CAcreateserial",
        "-days",
        Integer.toString(days),
        "-extfile",
        extensionFile.toString(),
        "-out",
        made.certificate.toString());
    return made;
  }

  /** A file with this text. */
  Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Pair pair(String name) {
    return new Pair(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  private static void openssl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
