package dev.sluice.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
  @TempDir Path directory;

  @Test
  void unpacksForTheServersUser() throws IOException {
    Path postgres = unpack(archive("postgres")).program("postgres");
    assertEquals(
        "rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(postgres)));
    Path lib = postgres.resolveSibling("../lib").normalize();
    assertEquals(
        "rw-r--r--",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(lib.resolve("libpq.so.5"))));
    assertEquals(Path.of("libpq.so.5"), Files.readSymbolicLink(lib.resolve("libpq.so")));
    assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(lib)));
  }

  @Test
  void unpacksAgainOnlyWhatIsNotWhole() throws IOException {
    URL archive = archive("postgres");
    Path postgres = unpack(archive).program("postgres");
    Object first = Files.getAttribute(postgres, "unix:ino");
    assertEquals(first, Files.getAttribute(unpack(archive).program("postgres"), "unix:ino"));
    Files.delete(postgres.resolveSibling("initdb"));
    assertTrue(Files.exists(unpack(archive).program("initdb")));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void anotherContentIsAnotherDirectory() throws IOException {
    Path one = unpack(archive("postgres")).program("postgres");
    Path other = unpack(archive("postgres 14")).program("postgres");
    assertEquals("postgres", Files.readString(one));
    assertEquals("postgres 14", Files.readString(other));
  }

  @Test
  void severalMayUnpackAtOnce() throws Exception {
    URL archive = archive("postgres");
    int threads = 8;
    CyclicBarrier together = new CyclicBarrier(threads);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<Path>> homes =
          IntStream.range(0, threads)
              .mapToObj(
                  i ->
                      executor.submit(
                          () -> {
                            together.await();
                            return unpack(archive).program("postgres");
                          }))
              .toList();
      for (Future<Path> home : homes) {
        assertEquals("postgres", Files.readString(home.get()));
      }
    }
    assertEquals(List.of(), leftovers());
  }

  @Test
  void refusesACacheThatIsNotADirectoryOfOurs() throws IOException {
    URL archive = archive("postgres");
    Path cache = unpack(archive).program("../..").normalize();
    FileTree.delete(cache);
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(cache, elsewhere);
    assertThrows(UncheckedIOException.class, () -> unpack(archive));
  }

  @Test
  void refusesAnArchiveThatReachesOutOfItsDirectory() throws IOException {
    Path file = directory.resolve("evil.txz");
    try (TarArchiveOutputStream tar = tar(file)) {
      add(tar, "../../../evil", "evil", 0644);
    }
    assertThrows(UncheckedIOException.class, () -> unpack(file.toUri().toURL()));
    assertFalse(Files.exists(directory.resolve("evil")));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void theOldestAndTheNewestVersionRunSideBySide() throws SQLException {
    Path jar = Path.of(System.getProperty("sluice.test.postgres14", ""));
    try (EmbeddedPostgres newest = EmbeddedPostgres.builder().withoutDurability().start();
        EmbeddedPostgres oldest =
            EmbeddedPostgres.builder().binaries(jar).withoutDurability().start()) {
      assertEquals(18, majorVersion(newest));
      assertEquals(14, majorVersion(oldest));
    }
  }

  private static int majorVersion(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"))) {
      return connection.getMetaData().getDatabaseMajorVersion();
    }
  }

  private PostgresBinaries unpack(URL archive) {
    return PostgresBinaries.fromArchive(archive, directory.resolve("tmp"));
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> paths = Files.walk(directory.resolve("tmp"), 2)) {
      return paths.filter(path -> path.getFileName().toString().startsWith("unpacking")).toList();
    }
  }

  private URL archive(String content) throws IOException {
    Path file = directory.resolve(content + ".txz");
    try (TarArchiveOutputStream tar = tar(file)) {
      add(tar, "bin/postgres", content, 0755);
      add(tar, "bin/initdb", "initdb", 0755);
      add(tar, "lib/libpq.so.5", "library", 0600);
      TarArchiveEntry link = new TarArchiveEntry("lib/libpq.so", TarConstants.LF_SYMLINK);
      link.setLinkName("libpq.so.5");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    return file.toUri().toURL();
  }

  private static TarArchiveOutputStream tar(Path file) throws IOException {
    return new TarArchiveOutputStream(new XZCompressorOutputStream(Files.newOutputStream(file)));
  }

  private static void add(TarArchiveOutputStream tar, String name, String content, int mode)
      throws IOException {
    byte[] bytes = content.getBytes(UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(bytes.length);
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
