package dev.sluice.proxy.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket in the shape that pgjdbc needs. The JDK has only a channel for it, without a time
 * limit for reading, which a prober cannot do without.
 */
final class UnixSocket extends Socket {
  private final Path path;
  private @Nullable SocketChannel channel;
  private @Nullable Selector selector;
  private int timeoutMillis;

  UnixSocket(Path path) {
    this.path = path;
  }

  /** The address is what pgjdbc made of a host name that nobody means. */
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      // At once, or not at all: the kernel does not wait for whoever listens.
      opened.connect(UnixDomainSocketAddress.of(path));
      opened.configureBlocking(false);
      selector = Selector.open();
      channel = opened;
    } catch (IOException e) {
      opened.close();
      throw new SocketException("cannot connect to " + path, e);
    }
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  private SocketChannel connected() throws SocketException {
    if (channel == null) {
      throw new SocketException("not connected");
    }
    return channel;
  }

  /** Waits until the channel is ready; 0 is forever. */
  private void await(int operation, int millis) throws IOException {
    if (selector == null) {
      throw new SocketException("not connected");
    }
    connected().register(selector, operation);
    selector.select(millis);
    boolean ready = !selector.selectedKeys().isEmpty();
    selector.selectedKeys().clear();
    if (!selector.isOpen()) {
      throw new SocketException("closed");
    }
    if (!ready) {
      throw new SocketTimeoutException("nothing from " + path + " for " + millis + " ms");
    }
  }

  private int read(ByteBuffer into) throws IOException {
    try {
      int count = connected().read(into);
      while (count == 0) {
        await(SelectionKey.OP_READ, timeoutMillis);
        count = connected().read(into);
      }
      return count;
    } catch (ClosedChannelException e) {
      throw new SocketException("closed", e);
    }
  }

  private void write(ByteBuffer from) throws IOException {
    try {
      while (from.hasRemaining()) {
        if (connected().write(from) == 0) {
          await(SelectionKey.OP_WRITE, timeoutMillis);
        }
      }
    } catch (ClosedChannelException e) {
      throw new SocketException("closed", e);
    }
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return length == 0 ? 0 : UnixSocket.this.read(ByteBuffer.wrap(into, offset, length));
      }

      @Override
      public void close() throws IOException {
        UnixSocket.this.close();
      }
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        UnixSocket.this.write(ByteBuffer.wrap(from, offset, length));
      }

      @Override
      public void close() throws IOException {
        UnixSocket.this.close();
      }
    };
  }

  @Override
  public void setSoTimeout(int timeout) {
    timeoutMillis = timeout;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public boolean isConnected() {
    return channel != null;
  }

  @Override
  public boolean isClosed() {
    return channel != null && !channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    try (SocketChannel open = channel;
        Selector waiting = selector) {
      if (waiting != null) {
        waiting.wakeup();
      }
      if (open != null) {
        open.shutdownOutput();
      }
    } catch (ClosedChannelException twice) {
      // It was closed before.
    }
  }

  // Of TCP only.

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setReceiveBufferSize(int size) {}

  @Override
  public void setSendBufferSize(int size) {}

  @Override
  public int getReceiveBufferSize() {
    return 8192;
  }

  @Override
  public int getSendBufferSize() {
    return 8192;
  }
}
