package dev.sluice.proxy.server;

import dev.sluice.proxy.net.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket that clients connect to, by PostgreSQL's name for it: {@code .s.PGSQL.} and the
 * port, in a directory (manual, "Connections and Authentication", unix_socket_directories). It is
 * gone when it is closed; one that a killed process has left is replaced.
 */
final class UnixListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UnixListener.class);

  /** In the socket's name where no TCP address gives a port. */
  static final int DEFAULT_PORT = 6432;

  private final Path socket;
  private final SocketLock lock;
  private final Channel channel;

  private UnixListener(Path socket, SocketLock lock, Channel channel) {
    this.socket = socket;
    this.lock = lock;
    this.channel = channel;
  }

  /**
   * Listens; returns once clients can connect. Blocks.
   *
   * @param bootstrap for a channel of this transport that listens on a Unix socket
   * @throws StartupException if another process has the socket, or it cannot be made
   */
  static UnixListener open(Path directory, int port, ServerBootstrap bootstrap, Transport transport)
      throws StartupException {
    Path socket = directory.resolve(".s.PGSQL." + port).toAbsolutePath();
    SocketLock lock;
    try {
      lock = SocketLock.take(socket);
    } catch (IOException e) {
      throw new StartupException(
          "cannot listen on unix:%s: the lock file beside it cannot be written (%s); let this user"
                  .formatted(socket, e)
              + " write to unix-socket-dir",
          e);
    }
    try {
      removeStale(socket);
      Channel channel = bind(socket, bootstrap, transport);
      return new UnixListener(socket, lock, channel);
    } catch (StartupException | RuntimeException e) {
      lock.release();
      throw e;
    }
  }

  private static Channel bind(Path socket, ServerBootstrap bootstrap, Transport transport)
      throws StartupException {
    var bound = bootstrap.bind(transport.domainAddress(socket)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new StartupException(
          "cannot listen on unix:%s: %s".formatted(socket, bound.cause().getMessage()),
          bound.cause());
    }
    try {
      // As PostgreSQL's default, unix_socket_permissions: who may log in is decided by the login.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      bound.channel().close().awaitUninterruptibly();
      throw new StartupException("cannot set the permissions of unix:" + socket + ": " + e, e);
    }
    return bound.channel();
  }

  /** With the lock held, so that no other Sluice is about to listen there. */
  private static void removeStale(Path socket) throws StartupException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isRegularFile(socket, LinkOption.NOFOLLOW_LINKS)
        || Files.isDirectory(socket, LinkOption.NOFOLLOW_LINKS)) {
      throw new StartupException(
          "cannot listen on unix:" + socket + ": there is a file of that name; remove it");
    }
    if (isLive(socket)) {
      throw inUse(socket);
    }
    try {
      Files.delete(socket);
      log.info("removed unix:{}, which an earlier process had left", socket);
    } catch (IOException e) {
      throw new StartupException(
          "cannot listen on unix:%s: what an earlier process has left cannot be removed (%s)"
              .formatted(socket, e),
          e);
    }
  }

  static StartupException inUse(Path socket) {
    return new StartupException(
        "cannot listen on unix:%s: another process listens there; stop it, or set another port or"
                .formatted(socket)
            + " unix-socket-dir");
  }

  /** Somebody takes connections there, or may do so: only a refusal says that nobody does. */
  private static boolean isLive(Path socket) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return probe.isOpen();
    } catch (java.net.ConnectException _) {
      return false;
    } catch (IOException e) {
      return !String.valueOf(e.getMessage()).contains("refused");
    }
  }

  Path socket() {
    return socket;
  }

  /**
   * Stops to listen, and takes the socket away. Does not wait: it is gone at the latest when the
   * event loops are.
   */
  @Override
  public void close() {
    channel
        .close()
        .addListener(
            closed -> {
              if (!lock.isHeld()) {
                return; // drained before
              }
              // The channel removes its socket's file as it closes: only then may somebody else
              // have the lock and make another.
              removeSocket();
              lock.release();
            });
  }

  private void removeSocket() {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      log.warn("cannot remove unix:{}: {}", socket, e.toString());
    }
  }
}
