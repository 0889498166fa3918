package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.LoginChoice.GoesOn;
import dev.sluice.proxy.auth.LoginChoice.Refuses;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Waits until it is known how the client is to prove who it is, and goes on with that. */
final class ChosenExchange implements Exchange {
  private final CompletableFuture<LoginChoice> choice;

  /** Written before the step is answered that makes the client respond. */
  private @Nullable ClientAuthentication chosen;

  ChosenExchange(CompletableFuture<LoginChoice> choice) {
    this.choice = choice;
  }

  @Override
  public AuthStep start() {
    return choice.state() == CompletableFuture.State.SUCCESS
        ? begin(choice.resultNow())
        : new AuthStep.Pending(choice.thenApply(this::begin));
  }

  private AuthStep begin(LoginChoice made) {
    return switch (made) {
      case Refuses refuses -> refuses.step();
      case GoesOn goesOn -> {
        chosen = goesOn.authentication();
        yield goesOn.authentication().start();
      }
    };
  }

  @Override
  public AuthStep respond(byte[] body) {
    ClientAuthentication asked = chosen;
    if (asked == null) {
      throw new IllegalStateException("nothing was asked");
    }
    return asked.onResponse(Unpooled.wrappedBuffer(body));
  }

  /** No method takes more; the chosen one may take less, and looks itself. */
  @Override
  public int maxResponseLength() {
    return PasswordMessage.MAX_LENGTH;
  }
}
