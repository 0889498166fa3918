package dev.sluice.proxy.client;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.startup.StartupMessage;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;

/** The client talks to Sluice itself. */
final class ConsoleState implements ClientState {
  private final ClientConnection client;
  private final StartupMessage startup;
  private final ConsoleFactory.Console console;

  ConsoleState(ClientConnection client, StartupMessage startup, ConsoleFactory.Console console) {
    this.client = client;
    this.startup = startup;
    this.console = console;
  }

  @Override
  public void enter() {
    ClientRegistry.Key key =
        client.context().clients().register(client, startup.cancelSecretLength());
    client.loggedIn(new Login(startup.user(), startup.database(), key.processId()));
    ByteBuf out = client.channel().alloc().ioBuffer(512);
    console
        .parameters()
        .forEach((name, value) -> BackendMessages.parameterStatus(out, name, value));
    BackendMessages.backendKeyData(out, key.processId(), key.secret());
    BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
    client.write(out);
    client.flush();
  }

  @Override
  public boolean consume(ByteBuf in) {
    ByteBuf out = client.channel().alloc().ioBuffer(1024);
    while (!console.closed() && in.readableBytes() >= Frames.HEADER) {
      int length = in.getInt(in.readerIndex() + 1);
      if (length < 4 || length > client.context().consoles().maxMessageBytes()) {
        out.release();
        client.violation("invalid message length " + length);
        return false;
      }
      if (in.readableBytes() < length + 1) {
        break;
      }
      byte type = in.readByte();
      in.skipBytes(4);
      console.onMessage(type, in.readSlice(length - 4), out);
    }
    client.write(out);
    if (console.closed()) {
      client.close();
    } else {
      client.flush();
    }
    return false;
  }

  @Override
  public boolean betweenTransactions() {
    return true;
  }
}
