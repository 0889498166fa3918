package dev.sluice.proxy.client;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A Parse of a named statement and its Sync, of a statement that PostgreSQL has parsed before. */
final class KnownPrepare {
  private KnownPrepare() {}

  /** Whether the buffer begins with one that the client may have without asking PostgreSQL. */
  static boolean isNext(ClientConnection client, ByteBuf in) {
    Statement statement = statement(client, in);
    return statement != null && statement.parsed();
  }

  /** Gives the client its statement and takes the two messages from the buffer. */
  static void answer(ClientConnection client, ByteBuf in) {
    Statement statement = statement(client, in);
    if (statement == null) {
      return;
    }
    int start = in.readerIndex() + Frames.HEADER;
    int length = in.getInt(in.readerIndex() + 1);
    int nameLength = in.bytesBefore(start, length - 4, (byte) 0);
    client.session().name(client.loop().name().fill(in, start, nameLength).copy(), statement);
    in.skipBytes(1 + length + Frames.HEADER);
    client.pool().counters(client.loop().index()).clientParses++;
    ByteBuf out = client.channel().alloc().ioBuffer(16);
    BackendMessages.parseComplete(out);
    BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
    client.write(out);
    client.flush();
  }

  private static @Nullable Statement statement(ClientConnection client, ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() < Frames.HEADER || in.getByte(start) != FrontendType.PARSE) {
      return null;
    }
    int length = in.getInt(start + 1);
    if (length < 8
        || length > StatementRewriter.MAX_KEPT
        || in.readableBytes() < 1 + length + Frames.HEADER) {
      return null;
    }
    int sync = start + 1 + length;
    int nameLength = in.bytesBefore(start + Frames.HEADER, length - 4, (byte) 0);
    if (nameLength <= 0 || in.getByte(sync) != FrontendType.SYNC || in.getInt(sync + 1) != 4) {
      return null;
    }
    ClientSession session = client.session();
    Bytes name = client.loop().name().fill(in, start + Frames.HEADER, nameLength);
    if (session.named(name) != null || session.namedCount() >= ClientSession.MAX_NAMED_STATEMENTS) {
      return null;
    }
    int bodyStart = start + Frames.HEADER + nameLength + 1;
    Bytes body = client.loop().text().fill(in, bodyStart, sync - bodyStart);
    return client.context().statements().known(body, session.parseSettings());
  }
}
