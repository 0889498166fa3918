package dev.sluice.it.fault;

import dev.sluice.it.fault.Passing.Side;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.function.Supplier;

/**
 * One connection through the proxy: the start of the protocol, then one stream in each direction.
 */
final class Link {
  private static final int SSL_CODE = 1234 << 16 | 5679;
  private static final int GSS_CODE = 1234 << 16 | 5680;

  private final int number;
  private final Socket client;
  private final Socket server;
  private final List<Trap> traps;
  private final Supplier<FaultProxy.Division> divisions;

  Link(
      int number,
      Socket client,
      Socket server,
      List<Trap> traps,
      Supplier<FaultProxy.Division> divisions) {
    this.number = number;
    this.client = client;
    this.server = server;
    this.traps = traps;
    this.divisions = divisions;
  }

  /** Returns when both directions have ended. */
  void run() throws IOException {
    MessageStream up = stream(Side.CLIENT, client, server);
    MessageStream down = stream(Side.SERVER, server, client);
    try {
      int code = up.passUntagged();
      while (code == SSL_CODE || code == GSS_CODE) {
        if (down.passOctet() != 'N') {
          throw new IOException("encryption hides where messages begin");
        }
        code = up.passUntagged();
      }
      Thread answers = Thread.ofVirtual().start(() -> pass(down, client));
      pass(up, server);
      answers.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cut();
    } catch (Cut e) {
      end(e);
    }
  }

  private MessageStream stream(Side from, Socket in, Socket out) throws IOException {
    return new MessageStream(number, from, in, out, traps, divisions);
  }

  private void pass(MessageStream stream, Socket receiver) {
    try {
      stream.passAll();
      receiver.shutdownOutput();
    } catch (Cut e) {
      end(e);
    } catch (IOException e) {
      // One end is gone: the other is told by a reset, for nobody knows what of the stream arrived.
      cut();
    }
  }

  private void end(Cut cut) {
    if (cut.reset) {
      cut();
    } else {
      closeBoth();
    }
  }

  /** Ends both sides with a reset. */
  void cut() {
    for (Socket socket : List.of(client, server)) {
      try {
        socket.setSoLinger(true, 0);
      } catch (SocketException e) {
        // Closed already.
      }
    }
    closeBoth();
  }

  private void closeBoth() {
    for (Socket socket : List.of(client, server)) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closed already.
      }
    }
  }

  /** A trap ends the connection. */
  static final class Cut extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean reset;

    /**
     * @param reset without it, what was sent before still arrives
     */
    Cut(boolean reset) {
      this.reset = reset;
    }
  }
}
