package dev.sluice.proxy.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.ConfigLoader;
import dev.sluice.config.load.LoadResult;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Unix socket in its directory: made, shared with nobody, taken away. */
class UnixListenerTest {
  /** Short: a socket's path has little room. */
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("s");
  }

  @AfterEach
  void removeFolder() throws IOException {
    for (Path each : content()) {
      Files.delete(each);
    }
    Files.delete(folder);
  }

  private List<Path> content() throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private Path socket() {
    return folder.resolve(".s.PGSQL.6432");
  }

  /** Listens on the Unix socket alone. */
  private SluiceConfig config(String more) {
    try {
      Path file = Files.createTempFile("sluice", ".conf");
      Files.writeString(
          file,
          """
          sluice {
            listen = [], auth.method = trust, databases.app.nodes = ["127.0.0.1:1"]
            unix-socket-dir = "%s"
            %s
          }
          """
              .formatted(folder, more));
      LoadResult result = ConfigLoader.load(file, Map.of());
      Files.delete(file);
      return assertInstanceOf(LoadResult.Loaded.class, result, result::toString).config();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String answerToSslRequest() throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      client.write(ByteBuffer.allocate(8).putInt(8).putInt(80877103).flip());
      ByteBuffer answer = ByteBuffer.allocate(1);
      client.read(answer);
      return new String(answer.array(), US_ASCII);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  void listensWithoutAnyTcpAddress(String transport) throws Exception {
    try (SluiceServer server = SluiceServer.start(config("transport = " + transport))) {
      assertTrue(server.readyLine().contains("unix:" + socket()), server::readyLine);
      assertEquals("N", answerToSslRequest());
      assertEquals(
          "rwxrwxrwx",
          java.nio.file.attribute.PosixFilePermissions.toString(
              Files.getPosixFilePermissions(socket())));
      assertEquals(List.of(socket(), folder.resolve(".s.PGSQL.6432.lock")), content());
      assertEquals(
          Long.toString(ProcessHandle.current().pid()),
          Files.readAllLines(folder.resolve(".s.PGSQL.6432.lock")).getFirst());
    }
    assertEquals(List.of(), content());
  }

  @Test
  void aSecondProxyIsToldAndTheFirstGoesOn() throws Exception {
    try (SluiceServer first = SluiceServer.start(config(""))) {
      StartupException refused =
          assertThrows(StartupException.class, () -> SluiceServer.start(config("")));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("another process listens there"),
          refused::toString);
      assertEquals("N", answerToSslRequest());
      assertTrue(first.readyLine().contains("unix:"));
    }
  }

  /** Another program's: it does not know the lock. */
  @Test
  void anotherProgramsSocketIsLeftAlone() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket()));
      StartupException refused =
          assertThrows(StartupException.class, () -> SluiceServer.start(config("")));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("another process listens there"),
          refused::toString);
      assertTrue(Files.exists(socket()));
      assertFalse(Files.exists(folder.resolve(".s.PGSQL.6432.lock")));
    }
  }

  @Test
  void whatIsLeftOfAProcessIsReplaced() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket()));
    }
    Files.writeString(folder.resolve(".s.PGSQL.6432.lock"), "1\nof somebody who was killed\n");
    assertTrue(Files.exists(socket()));
    try (SluiceServer server = SluiceServer.start(config(""))) {
      assertEquals("N", answerToSslRequest());
      assertTrue(server.addresses().isEmpty());
    }
    assertEquals(List.of(), content());
  }

  @Test
  void aFileOfThatNameIsNotRemoved() throws Exception {
    Files.writeString(socket(), "precious");
    StartupException refused =
        assertThrows(StartupException.class, () -> SluiceServer.start(config("")));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("there is a file of that name"),
        refused::toString);
    assertEquals("precious", Files.readString(socket()));
  }
}
