package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.AuthStep.Authenticated;
import dev.sluice.proxy.auth.AuthStep.Pending;
import dev.sluice.proxy.auth.AuthStep.Rejected;
import dev.sluice.proxy.auth.AuthStep.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One client's login, from after its startup message to the proof of who it is or its refusal.
 *
 * <p>{@link #start} once, then {@link #onResponse} for each {@code p} message. Whatever a client
 * sends and whenever it does, the answer is a step, never an exception; after a refusal or the end
 * every further message is refused.
 */
public final class ClientAuthentication {
  private final Exchange exchange;

  /** Atomic because the end of pending work is reached on the executor's thread. */
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);

  ClientAuthentication(Exchange exchange) {
    this.exchange = exchange;
  }

  /** The first step: what to ask the client, or with trust already the end. */
  public AuthStep start() {
    if (!phase.compareAndSet(Phase.NEW, Phase.WORKING)) {
      throw new IllegalStateException("a login starts once");
    }
    return follow(exchange.start());
  }

  /**
   * Takes the client's next {@code p} message.
   *
   * @param body the message behind its length; read to its end, not released
   */
  public AuthStep onResponse(ByteBuf body) {
    if (!phase.compareAndSet(Phase.WAITING, Phase.WORKING)) {
      phase.set(Phase.OVER);
      return Rejections.violation("the client sent a password message that nobody asked for");
    }
    if (body.readableBytes() > exchange.maxResponseLength()) {
      return follow(
          Rejections.violation(
              "the client's password message is longer than "
                  + exchange.maxResponseLength()
                  + " bytes"));
    }
    byte[] bytes = ByteBufUtil.getBytes(body);
    body.skipBytes(bytes.length);
    return follow(exchange.respond(bytes));
  }

  private AuthStep follow(AuthStep step) {
    return switch (step) {
      case Send send -> enter(Phase.WAITING, send);
      case Authenticated authenticated -> enter(Phase.OVER, authenticated);
      case Rejected rejected -> enter(Phase.OVER, rejected);
      case Pending pending ->
          new Pending(
              pending.step().exceptionally(Rejections::notCarriedOut).thenCompose(this::settle));
    };
  }

  private CompletableFuture<AuthStep> settle(AuthStep step) {
    AuthStep followed = follow(step);
    return followed instanceof Pending further
        ? further.step()
        : CompletableFuture.completedFuture(followed);
  }

  private AuthStep enter(Phase next, AuthStep step) {
    // A client that did not wait for pending work was refused meanwhile, and stays refused.
    return phase.compareAndSet(Phase.WORKING, next)
        ? step
        : Rejections.violation("the login is over");
  }

  private enum Phase {
    NEW,
    WAITING,
    WORKING,
    OVER
  }
}
