package dev.sluice.it.fault;

import dev.sluice.it.fault.FaultProxy.Division;
import dev.sluice.it.fault.Trap.Action;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.WriteSizes;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** One direction of a connection, message by message. */
final class MessageStream {
  /**
   * So much of a body is read before the message is looked at; the rest is passed on as it comes.
   */
  private static final int START = 8192;

  private final int connection;
  private final Passing.Side from;
  private final DataInputStream in;
  private final Socket receiver;
  private final OutputStream out;
  private final List<Trap> traps;
  private final Supplier<Division> divisions;
  private Division division;
  private WriteSizes sizes;

  MessageStream(
      int connection,
      Passing.Side from,
      Socket in,
      Socket out,
      List<Trap> traps,
      Supplier<Division> divisions)
      throws IOException {
    this.connection = connection;
    this.from = from;
    this.in = new DataInputStream(new BufferedInputStream(in.getInputStream(), 65536));
    this.receiver = out;
    this.out = out.getOutputStream();
    this.traps = traps;
    this.divisions = divisions;
    this.division = divisions.get();
    this.sizes = division.sizes().get();
  }

  /** Passes a message without a tag; answers its first four octets. */
  int passUntagged() throws IOException {
    int length = in.readInt();
    byte[] start = passBody('\0', ByteBuffer.allocate(4).putInt(length).array(), length - 4);
    return start.length < 4 ? 0 : ByteBuffer.wrap(start).getInt();
  }

  int passOctet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException();
    }
    out.write(octet);
    return octet;
  }

  /** Passes messages until the stream ends. */
  void passAll() throws IOException {
    for (int tag = in.read(); tag >= 0; tag = in.read()) {
      int length = in.readInt();
      byte[] header = ByteBuffer.allocate(5).put((byte) tag).putInt(length).array();
      passBody((char) tag, header, length - 4);
    }
  }

  private byte[] passBody(char tag, byte[] header, int length) throws IOException {
    byte[] start = new byte[Math.clamp(length, 0, START)];
    in.readFully(start);
    Passing message = new Passing(connection, from, tag, Bytes.of(start), length);
    byte[] head = ByteBuffer.allocate(header.length + start.length).put(header).put(start).array();
    boolean cutAfter = false;
    for (Trap trap : traps) {
      if (trap.catches(message)) {
        switch (trap.action()) {
          case Action.CutBefore cut -> throw new Link.Cut(true);
          case Action.CutWithin cut -> {
            write(head, Math.min(cut.octets(), head.length));
            throw new Link.Cut(false);
          }
          case Action.CutAfter cut -> cutAfter = true;
          case Action.Hold hold -> trap.awaitOpened();
        }
      }
    }
    write(head, head.length);
    passRest(length - start.length);
    if (cutAfter) {
      throw new Link.Cut(false);
    }
    return start;
  }

  private void passRest(int length) throws IOException {
    byte[] piece = new byte[Math.min(length, 65536)];
    for (int left = length; left > 0; ) {
      int read = in.read(piece, 0, Math.min(left, piece.length));
      if (read < 0) {
        throw new EOFException();
      }
      write(piece, read);
      left -= read;
    }
  }

  private void write(byte[] octets, int length) throws IOException {
    if (!division.equals(divisions.get())) {
      division = divisions.get();
      sizes = division.sizes().get();
    }
    for (int start = 0; start < length; ) {
      int size = sizes.next(length - start);
      out.write(octets, start, size);
      start += size;
      division.pace().afterWrite(receiver);
    }
  }
}
