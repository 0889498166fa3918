package dev.sluice.proxy.net;

import io.netty.channel.unix.IntegerUnixChannelOption;

/**
 * Socket options by their numbers in Linux's headers (asm-generic/socket.h, linux/tcp.h), the same
 * on all machines that Netty's epoll transport is built for.
 */
final class LinuxSocketOptions {
  private static final int SOL_SOCKET = 1;
  private static final int IPPROTO_TCP = 6;

  static final IntegerUnixChannelOption SO_KEEPALIVE =
      new IntegerUnixChannelOption("LISTENER_SO_KEEPALIVE", SOL_SOCKET, 9);

  /** Seconds. */
  static final IntegerUnixChannelOption TCP_KEEPIDLE =
      new IntegerUnixChannelOption("LISTENER_TCP_KEEPIDLE", IPPROTO_TCP, 4);

  /** Milliseconds. */
  static final IntegerUnixChannelOption TCP_USER_TIMEOUT =
      new IntegerUnixChannelOption("LISTENER_TCP_USER_TIMEOUT", IPPROTO_TCP, 18);

  private LinuxSocketOptions() {}
}
