package dev.sluice.it.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What a sender does between two writes. */
@FunctionalInterface
public interface Pace {

  void afterWrite(Socket socket);

  static Pace none() {
    return socket -> {};
  }

  /**
   * Gives the other end time to read, most likely, what was sent. For streams that are cut at every
   * byte, where it does not matter if some cuts are not seen.
   */
  static Pace brief() {
    return socket -> LockSupport.parkNanos(100_000);
  }

  /**
   * Waits until the process at the other end, on this machine, has taken all that was sent: what is
   * sent next is then another read for it. Linux shows the octets that wait in a socket's receive
   * queue in {@code /proc/net/tcp} (proc(5)); to look takes some 10 ms.
   */
  static Pace untilRead() {
    return Pace::awaitEmptyQueue;
  }

  private static void awaitEmptyQueue(Socket socket) {
    String peer = ":%04X ".formatted(socket.getPort());
    String here = ":%04X ".formatted(socket.getLocalPort());
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (anyWaits(here, peer)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the peer of " + socket + " does not read");
      }
    }
  }

  private static boolean anyWaits(String here, String peer) {
    try {
      for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
        try (Stream<String> lines = Files.lines(table)) {
          if (lines.anyMatch(line -> waits(line, here, peer))) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The columns are: number, local address, remote address, state, octets in the send and in the
   * receive queue. Nearly all lines are about others, so they are not taken apart.
   */
  private static boolean waits(String line, String here, String peer) {
    int first = line.indexOf(here);
    int second = line.indexOf(peer);
    if (first < 0 || second < 0) {
      return false;
    }
    String queues = line.substring(Math.max(first, second)).split(" ", 4)[2];
    return first < second ? !queues.startsWith("00000000:") : !queues.endsWith(":00000000");
  }
}
