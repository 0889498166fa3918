package dev.sluice.proxy.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code <socket>.lock} with a lock of the kernel's on it, which a process that is killed
 * cannot leave behind. The process id inside is for people, and for PostgreSQL, which looks for one
 * there before it takes a socket of that name.
 */
final class SocketLock {
  private static final Logger log = LoggerFactory.getLogger(SocketLock.class);

  private final Path file;
  private final FileChannel channel;

  private SocketLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a socket. Blocks for no longer than the file system does.
   *
   * @throws StartupException if another process holds it
   * @throws IOException if the file cannot be made
   */
  static SocketLock take(Path socket) throws StartupException, IOException {
    Path file = socket.resolveSibling(socket.getFileName() + ".lock");
    while (true) {
      Object before = identity(file);
      FileChannel channel = open(file, before == null);
      if (channel == null) {
        continue;
      }
      if (tryLock(channel) == null) {
        channel.close();
        throw UnixListener.inUse(socket);
      }
      // Whoever held it before may have removed the file after we had opened it: then the lock is
      // on a file that nobody else will find. (Reading the file to see would give up the lock: by
      // POSIX, a process that closes any descriptor of a file does.)
      if (before == null || before.equals(identity(file))) {
        write(channel);
        return new SocketLock(file, channel);
      }
      channel.close();
    }
  }

  private static @Nullable Object identity(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  /** Null if somebody has made or removed the file meanwhile. */
  private static @Nullable FileChannel open(Path file, boolean create) throws IOException {
    try {
      return create
          ? FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
          : FileChannel.open(file, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException _) {
      return null;
    } catch (NoSuchFileException e) {
      if (create) {
        throw e; // there is no such directory
      }
      return null;
    }
  }

  private static void write(FileChannel channel) throws IOException {
    String content = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(content.getBytes(US_ASCII)));
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // held by this very process
    }
  }

  boolean isHeld() {
    return channel.isOpen();
  }

  void release() {
    try {
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", file, e.toString());
    }
  }
}
