package dev.sluice.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import java.io.IOException;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a Unix socket: unix(7), SO_PEERCRED. */
public final class PeerCredential {
  private PeerCredential() {}

  /**
   * The name of the system's user who had made the connection; null if the user has none. Blocks:
   * the system may ask a directory. From any thread.
   *
   * @throws IOException if the system does not say it
   */
  public static @Nullable String userName(Channel channel) throws IOException {
    return switch (channel) {
      case EpollDomainSocketChannel epoll -> SystemUsers.name(epoll.peerCredentials().uid());
      case IoUringDomainSocketChannel uring -> SystemUsers.name(uring.peerCredentials().uid());
      default -> byJdk(channel);
    };
  }

  private static String byJdk(Channel channel) throws IOException {
    UnixDomainPrincipal principal =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    if (principal == null) {
      throw new IOException("this transport does not know the peer");
    }
    return principal.user().getName();
  }
}
