package dev.sluice.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;

/**
 * Moves a channel from one event loop to another. Everything that was sent must have gone out;
 * meanwhile the channel is not read, but bytes that were on their way may still arrive, on the old
 * loop.
 */
public final class ChannelMove {
  private ChannelMove() {}

  /** Nothing written is still in Netty's hands: it would be cut off. */
  public static boolean possible(Channel channel) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return channel.isActive()
        && channel.isRegistered()
        && pending != null
        && pending.isEmpty()
        && pending.totalPendingWriteBytes() == 0;
  }

  /**
   * From the channel's own loop.
   *
   * @param gate the channel's; shut with {@link ReadGate#MOVING} until it has arrived
   * @param arrived run on the new loop; not run if the channel has been closed on the way
   */
  public static void start(Channel channel, ReadGate gate, EventLoop to, Runnable arrived) {
    // With reading on, a read that is cancelled would be asked for again.
    gate.shut(ReadGate.MOVING);
    channel
        .deregister()
        .addListener(
            left -> {
              if (!left.isSuccess() || !channel.isOpen()) {
                channel.close();
                return;
              }
              to.register(channel)
                  .addListener(
                      registered -> {
                        if (registered.isSuccess()) {
                          // First: it may be sent on at once.
                          gate.open(ReadGate.MOVING);
                          arrived.run();
                        }
                      });
            });
  }
}
