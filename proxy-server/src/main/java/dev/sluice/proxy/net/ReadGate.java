package dev.sluice.proxy.net;

import io.netty.channel.Channel;

/**
 * The one place that decides whether a channel is read: it is while nothing speaks against it. Used
 * from the channel's own event loop.
 */
public final class ReadGate {
  /** Why a channel is not read; bits. */
  public static final int PEER_UNWRITABLE = 1;

  /** What was read already and waits for a backend has reached its bound. */
  public static final int QUEUE_FULL = 2;

  /** What was read already must wait for PostgreSQL's answer. */
  public static final int HELD = 4;

  /** Much has been handed over to another event loop, which has not taken it up yet. */
  public static final int HANDED_OVER = 8;

  /** The channel is on its way to another event loop. */
  public static final int MOVING = 16;

  private final Channel channel;
  private int reasons;

  public ReadGate(Channel channel) {
    this.channel = channel;
  }

  public void shut(int reason) {
    if (reasons == 0) {
      channel.config().setAutoRead(false);
    }
    reasons |= reason;
  }

  public void open(int reason) {
    if ((reasons & reason) != 0) {
      reasons &= ~reason;
      if (reasons == 0) {
        channel.config().setAutoRead(true);
      }
    }
  }

  public void set(int reason, boolean shut) {
    if (shut) {
      shut(reason);
    } else {
      open(reason);
    }
  }
}
