package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.BackendAuthenticator;
import dev.sluice.proxy.net.ChannelSettings;
import dev.sluice.proxy.net.EventLoops;
import dev.sluice.proxy.tls.BackendTlsContexts;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.util.List;

/** Opens connections to PostgreSQL, on the event loop that is asked for. */
public final class BackendDialer implements Dialer {
  private final EventLoops loops;
  private final ChannelSettings settings;
  private final BackendAuthenticator authenticator;
  private final BackendTlsContexts tlsContexts;
  private final List<BackendCounters> counters;

  /**
   * @param counters one per event loop
   */
  public BackendDialer(
      EventLoops loops,
      ChannelSettings settings,
      BackendAuthenticator authenticator,
      BackendTlsContexts tlsContexts,
      List<BackendCounters> counters) {
    this.loops = loops;
    this.settings = settings;
    this.authenticator = authenticator;
    this.tlsContexts = tlsContexts;
    this.counters = List.copyOf(counters);
  }

  @Override
  public void dial(BackendTarget target, int loopIndex, BackendOwner owner) {
    int timeoutMillis = (int) Math.min(target.connectTimeout().toMillis(), Integer.MAX_VALUE);
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
    boolean encrypted = target.tls().encryptsFirst();
    if (!target.tls().triesBoth()) {
      connect(target, loopIndex, owner, encrypted, timeoutMillis, LoginAttempt.ONLY);
      return;
    }
    LoginAttempt first =
        new LoginAttempt(
            failure -> {
              int left = (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
              LoginAttempt second = new LoginAttempt(null, failure);
              connect(target, loopIndex, owner, !encrypted, left, second);
            },
            null);
    connect(target, loopIndex, owner, encrypted, timeoutMillis, first);
  }

  private void connect(
      BackendTarget target,
      int loopIndex,
      BackendOwner owner,
      boolean encrypted,
      int timeoutMillis,
      LoginAttempt attempt) {
    Bootstrap bootstrap =
        settings
            .bootstrap(loops.loop(loopIndex), target.address())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    BackendConnection backend =
                        new BackendConnection(channel, home(loopIndex), target, owner);
                    LoginState login = backend.login(authenticator, timeoutMillis, attempt);
                    if (encrypted) {
                      channel
                          .pipeline()
                          .addLast(new TlsNegotiation(tlsContexts, target.tls(), login));
                    }
                    channel.pipeline().addLast(backend);
                  }
                });
    ChannelFuture connect = bootstrap.connect(target.address());
    connect.addListener(
        done -> {
          if (!done.isSuccess()) {
            owner.connectFailed(
                ErrorMessage.error(
                    SqlState.CLIENT_UNABLE_TO_CONNECT,
                    "connection to server %s failed: %s"
                        .formatted(target.node(), reason(done.cause()))));
          }
        });
  }

  @Override
  public void move(BackendConnection backend, int loopIndex) {
    backend.moveTo(home(loopIndex));
  }

  private LoopHome home(int loopIndex) {
    return new LoopHome(loops.loop(loopIndex), loopIndex, counters.get(loopIndex));
  }

  private static String reason(Throwable cause) {
    return switch (cause) {
      case java.net.UnknownHostException _ -> "the host name is not known";
      case io.netty.channel.ConnectTimeoutException _ -> "no answer within connect-timeout";
      case java.net.ConnectException _ -> "connection refused";
      default -> String.valueOf(cause.getMessage());
    };
  }
}
