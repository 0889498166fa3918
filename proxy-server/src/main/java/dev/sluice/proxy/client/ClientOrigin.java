package dev.sluice.proxy.client;

import dev.sluice.protocol.startup.StartupMessage;
import dev.sluice.proxy.auth.ClientChannel;
import dev.sluice.proxy.auth.hba.LoginRequest;
import dev.sluice.proxy.auth.hba.Origin;
import dev.sluice.proxy.net.PeerCredential;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What a client's connection shows of who it is. */
final class ClientOrigin {
  private ClientOrigin() {}

  static LoginRequest request(ClientConnection client, StartupMessage startup) {
    return new LoginRequest(
        startup.user(),
        startup.database(),
        startup.replication(),
        origin(client.channel(), client.proved()),
        client.context().consoles().isConsole(startup.database()));
  }

  private static Origin origin(Channel channel, ClientChannel proved) {
    return channel instanceof SocketChannel tcp
        ? new Origin.Network(address(tcp), proved.encrypted(), proved.certificateName())
        : new Origin.Local(() -> PeerCredential.userName(channel));
  }

  /** Of a connection that is gone already, the system may not know it any more. */
  private static InetAddress address(SocketChannel channel) {
    InetSocketAddress remote = channel.remoteAddress();
    return remote == null ? InetAddress.ofLiteral("0.0.0.0") : remote.getAddress();
  }
}
