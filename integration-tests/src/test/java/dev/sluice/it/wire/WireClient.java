package dev.sluice.it.wire;

import dev.sluice.it.wire.BackendMessage.BackendKeyData;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.BackendMessage.ReadyForQuery;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A client that speaks the protocol message by message over a blocking socket. It does what it is
 * told, also what no driver would do, and decodes what comes back. One thread may write while
 * another reads; otherwise it is not thread safe.
 */
public final class WireClient implements AutoCloseable {
  /**
   * Longer than anything in the tests takes on a busy machine; a read that waits longer fails the
   * test.
   */
  public static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private static final int MAX_MESSAGE = 1 << 30;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private WriteSizes writeSizes = WriteSizes.whole();
  private Pace pace = Pace.none();
  private Optional<BackendKeyData> key = Optional.empty();
  private char lastStatus = '?';

  private WireClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4096));
    this.out = socket.getOutputStream();
  }

  /** A connection on which nothing has been said yet. */
  public static WireClient open(Address address) {
    return open(address, 0);
  }

  /**
   * @param receiveBuffer octets the kernel may hold for this client (SO_RCVBUF), 0 for the system's
   *     choice; a small one makes a client that does not read felt at the other end soon
   */
  public static WireClient open(Address address, int receiveBuffer) {
    Socket socket = new Socket();
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(address.host(), address.port()), (int) READ_TIMEOUT.toMillis());
      socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
      return new WireClient(socket);
    } catch (IOException e) {
      closeQuietly(socket);
      throw new UncheckedIOException("connecting to " + address, e);
    }
  }

  /**
   * This connection with something around it, such as TLS, which is used from here on in its place.
   */
  public WireClient over(UnaryOperator<Socket> wrapping) {
    try {
      return new WireClient(wrapping.apply(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Logs in, and fails when the server refuses. */
  public static WireClient login(Address address, Login login) {
    WireClient client = open(address);
    try {
      client.login(login);
      return client;
    } catch (RuntimeException | Error e) {
      client.abort();
      throw e;
    }
  }

  /**
   * Logs in, and fails when the server refuses; answers everything that came, ReadyForQuery last.
   */
  public List<BackendMessage> login(Login login) {
    List<BackendMessage> answers = tryLogin(login);
    if (!(answers.getLast() instanceof ReadyForQuery)) {
      throw new AssertionError("login of " + login + " failed: " + answers);
    }
    return answers;
  }

  /** Logs in; the last message is ReadyForQuery, or {@link Closed} where the server refused. */
  public List<BackendMessage> tryLogin(Login login) {
    send(FrontendMessage.startup(login));
    List<BackendMessage> answers = new ArrayList<>();
    PasswordExchange exchange = new PasswordExchange(login);
    while (true) {
      BackendMessage message = read();
      answers.add(message);
      if (message instanceof BackendMessage.Authentication request) {
        exchange.answer(request).ifPresent(this::send);
      } else if (message instanceof ReadyForQuery || message instanceof Closed) {
        return answers;
      }
    }
  }

  /** How long a read may take from now on before it fails the test. */
  public void readTimeout(Duration timeout) {
    try {
      socket.setSoTimeout((int) timeout.toMillis());
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How what is sent from now on is divided into writes. */
  public void divide(WriteSizes sizes, Pace between) {
    writeSizes = sizes;
    pace = between;
  }

  /**
   * Sends the messages in as few writes as {@link #divide} allows. A connection that the server has
   * closed is not an error.
   */
  public void send(List<FrontendMessage> messages) {
    int size = messages.stream().mapToInt(message -> message.encoded().length).sum();
    byte[] octets = new byte[size];
    int position = 0;
    for (FrontendMessage message : messages) {
      byte[] encoded = message.encoded();
      System.arraycopy(encoded, 0, octets, position, encoded.length);
      position += encoded.length;
    }
    try {
      for (int start = 0; start < octets.length; ) {
        int length = writeSizes.next(octets.length - start);
        out.write(octets, start, length);
        start += length;
        if (start < octets.length) {
          pace.afterWrite(socket);
        }
      }
    } catch (SocketException e) {
      // Reset by the server: what it said before is still to be read, and then its end.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void send(FrontendMessage... messages) {
    send(List.of(messages));
  }

  /** The next message, or {@link Closed}. Fails after {@link #READ_TIMEOUT}. */
  public BackendMessage read() {
    try {
      int tag = in.read();
      if (tag == -1) {
        return new Closed();
      }
      int length = in.readInt();
      if (length < 4 || length > MAX_MESSAGE) {
        throw new AssertionError("message " + (char) tag + " has length " + length);
      }
      byte[] body = new byte[length - 4];
      in.readFully(body);
      BackendMessage message = BackendDecoder.decode((char) tag, body);
      if (message instanceof BackendKeyData data) {
        key = Optional.of(data);
      } else if (message instanceof ReadyForQuery ready) {
        lastStatus = ready.status();
      }
      return message;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer in time", e);
    } catch (EOFException e) {
      throw new AssertionError("the connection ended inside a message", e);
    } catch (SocketException e) {
      return new Closed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The single byte that answers an SSLRequest or GSSENCRequest; {@link Closed} at the end of the
   * stream.
   */
  public BackendMessage readEncryptionAnswer() {
    try {
      int answer = in.read();
      return answer == -1 ? new Closed() : new BackendMessage.EncryptionAnswer((char) answer);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer in time", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads up to and with the first message of this tag, or {@link Closed}. */
  public List<BackendMessage> readUntil(char tag) {
    return readUntil(message -> message.tag() == tag);
  }

  public List<BackendMessage> readUntil(Predicate<BackendMessage> last) {
    List<BackendMessage> messages = new ArrayList<>();
    while (true) {
      BackendMessage message;
      try {
        message = read();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "; before it came " + messages, e);
      }
      messages.add(message);
      if (last.test(message) || message instanceof Closed) {
        return messages;
      }
    }
  }

  /** Reads through the given number of ReadyForQuery. */
  public List<BackendMessage> readReady(int times) {
    List<BackendMessage> messages = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      messages.addAll(readUntil('Z'));
    }
    return messages;
  }

  /** Sends a simple query and reads through its ReadyForQuery. */
  public List<BackendMessage> simple(String sql) {
    send(FrontendMessage.query(sql));
    return readUntil('Z');
  }

  /** Runs a simple query that must succeed; answers its rows in text, SQL NULL as "NULL". */
  public List<List<String>> rows(String sql) {
    return Answers.rows(Answers.good(simple(sql)));
  }

  /** Runs a simple query that must succeed; answers the first value of its first row. */
  public String value(String sql) {
    return rows(sql).getFirst().getFirst();
  }

  /** Runs a simple query that must fail; answers its error. */
  public ErrorResponse error(String sql) {
    return Answers.error(simple(sql));
  }

  /** What the server gave at login. */
  public BackendKeyData key() {
    return key.orElseThrow(() -> new AssertionError("no BackendKeyData came"));
  }

  /** The status of the last ReadyForQuery that was read; {@code '?'} before the first. */
  public char lastStatus() {
    return lastStatus;
  }

  /**
   * Asks, on a connection of its own, to cancel what this client runs; returns when the server has
   * closed that connection.
   */
  public void cancel() {
    try (WireClient canceller = open(Address.of(socket))) {
      canceller.send(FrontendMessage.cancelRequest(key().processId(), key().secret()));
      BackendMessage answer = canceller.read();
      if (!(answer instanceof Closed)) {
        throw new AssertionError("a CancelRequest was answered with " + answer);
      }
    }
  }

  /** Octets that have arrived and are not read yet, as far as this can be known without waiting. */
  public int available() {
    try {
      return in.available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads and drops octets without looking at messages, until {@code size} are read. */
  public void skip(int size) {
    try {
      in.skipNBytes(size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All octets until the server closes, whatever they are. */
  public Bytes readAll() {
    try {
      return Bytes.of(in.readAllBytes());
    } catch (SocketException e) {
      return Bytes.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends as a client does that crashes: with a reset, without a Terminate. */
  public void abort() {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // Already closed.
    }
    closeQuietly(socket);
  }

  /**
   * Closes the sending direction only: the server sees the end of the stream and can still answer.
   */
  public void shutdownOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says Terminate, and reads until the server has closed; answers what came before that. */
  public List<BackendMessage> terminate() {
    send(FrontendMessage.terminate());
    return readUntil(message -> false);
  }

  @Override
  public void close() {
    try {
      out.write(FrontendMessage.terminate().encoded());
    } catch (IOException e) {
      // The server was quicker.
    }
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to do with it.
    }
  }

  @Override
  public String toString() {
    return "client " + socket.getLocalPort() + " of " + socket.getRemoteSocketAddress();
  }
}
