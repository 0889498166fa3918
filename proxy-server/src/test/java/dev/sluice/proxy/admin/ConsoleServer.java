package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A console on a free port, without Sluice around it: everybody logs in, one thread per client. */
final class ConsoleServer implements AutoCloseable {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_ENCRYPTION_REQUEST = 80877104;
  private static final int PROTOCOL_3_0 = 196608;

  private final Console console;
  private final ServerSocket listener;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  ConsoleServer(SampleData data) throws IOException {
    console = new Console(data, new StatsAverages());
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      if (login(in, out)) {
        serve(console.open("sre", "sluice", ConsoleRole.ADMIN), in, out);
      }
    } catch (EOFException | SocketException e) {
      // The client went without Terminate.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      clients.remove(client);
    }
  }

  /** Everybody is the admin user; encryption is declined. */
  private boolean login(DataInputStream in, OutputStream out) throws IOException {
    while (true) {
      byte[] packet = new byte[in.readInt() - 4];
      in.readFully(packet);
      int code = Unpooled.wrappedBuffer(packet).readInt();
      if (code == SSL_REQUEST || code == GSS_ENCRYPTION_REQUEST) {
        out.write('N');
        continue;
      }
      if (code != PROTOCOL_3_0) {
        return false;
      }
      ByteBuf answer = Unpooled.buffer();
      BackendMessages.authenticationOk(answer);
      console
          .parameters("sre", "sluice", ConsoleRole.ADMIN)
          .forEach((name, value) -> BackendMessages.parameterStatus(answer, name, value));
      BackendMessages.backendKeyData(answer, 1, "key!".getBytes(StandardCharsets.US_ASCII));
      BackendMessages.readyForQuery(answer, TransactionStatus.IDLE);
      send(answer, out);
      return true;
    }
  }

  private static void serve(ConsoleSession session, DataInputStream in, OutputStream out)
      throws IOException {
    ByteBuf answer = Unpooled.buffer();
    while (!session.isClosed()) {
      byte type = in.readByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      session.onMessage(type, Unpooled.wrappedBuffer(body), answer);
      if (in.available() == 0 || session.isClosed()) {
        send(answer, out);
      }
    }
  }

  private static void send(ByteBuf answer, OutputStream out) throws IOException {
    answer.readBytes(out, answer.readableBytes());
    answer.clear();
    out.flush();
  }
}
