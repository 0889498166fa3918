package dev.sluice.proxy.server;

import dev.sluice.config.ListenAddress;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TransportKind;
import dev.sluice.config.load.Problem;
import dev.sluice.proxy.admin.Console;
import dev.sluice.proxy.admin.StatsAverages;
import dev.sluice.proxy.auth.BackendAuthenticator;
import dev.sluice.proxy.auth.LoginLookups;
import dev.sluice.proxy.auth.query.AuthQuery;
import dev.sluice.proxy.backend.BackendCounters;
import dev.sluice.proxy.backend.BackendDialer;
import dev.sluice.proxy.backend.CancelSender;
import dev.sluice.proxy.client.ClientConnection;
import dev.sluice.proxy.client.ClientContext;
import dev.sluice.proxy.client.ClientRegistry;
import dev.sluice.proxy.client.LoginFailureLog;
import dev.sluice.proxy.client.LoopResources;
import dev.sluice.proxy.client.PolicyBook;
import dev.sluice.proxy.net.ChannelSettings;
import dev.sluice.proxy.net.EventLoops;
import dev.sluice.proxy.net.Transport;
import dev.sluice.proxy.pool.PoolRegistry;
import dev.sluice.proxy.pool.Surroundings;
import dev.sluice.proxy.session.StatementRegistry;
import dev.sluice.proxy.tls.TlsProvider;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy: makes the rooms, connects them, and takes them down in the right order. */
public final class SluiceServer implements RunningServer, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SluiceServer.class);
  private static final long MAINTENANCE_MILLIS = 100;
  private static final int BACKLOG = 4096;

  /** How often certificate files are looked at. */
  private static final long RELOAD_SECONDS = 2;

  private final SluiceConfig config;
  private final Tls tls;
  private final EventLoops loops;
  private final ExecutorService workers;

  /** Looks at files, which may take any time. Its thread comes to be with its first task. */
  private final ScheduledExecutorService files =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sluice-files").factory());

  private final LoginLookups lookups = new LoginLookups();
  private final PoolRegistry pools;
  private final ClientContext context;
  private final @Nullable AuthQuery authQuery;
  private final Clusters clusters;
  private final LoopBalancer balancer;
  private final List<LoopResources> loopResources;
  private final ChannelSettings channelSettings;
  private final List<Channel> listeners = new ArrayList<>();
  private final List<UnixListener> unixListeners = new ArrayList<>();
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch terminated = new CountDownLatch(1);

  private SluiceServer(
      SluiceConfig config,
      AuthFiles authFiles,
      @Nullable AuthQuery authQuery,
      Clusters clusters,
      Tls tls,
      Transport transport) {
    this.config = config;
    this.tls = tls;
    this.authQuery = authQuery;
    this.clusters = clusters;
    int loopCount =
        config.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : config.eventLoops();
    this.loops = new EventLoops(transport, loopCount);
    this.workers =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            Thread.ofPlatform().daemon().name("sluice-worker-", 0).factory());
    this.channelSettings =
        new ChannelSettings(
            transport,
            PooledByteBufAllocator.DEFAULT,
            config.tcp().keepAlive(),
            config.tcp().userTimeout());
    List<BackendCounters> counters = new ArrayList<>();
    this.loopResources = new ArrayList<>();
    for (int i = 0; i < loopCount; i++) {
      counters.add(new BackendCounters());
      loopResources.add(new LoopResources(i));
    }
    BackendDialer dialer =
        new BackendDialer(
            loops, channelSettings, new BackendAuthenticator(workers), tls.backends(), counters);
    this.pools =
        new PoolRegistry(
            config,
            new Surroundings(dialer, loopCount, loops::inUse, transport.channelsCanMove()),
            clusters::roles);
    clusters.onChange(() -> loops.loop(0).execute(pools::rolesChanged));
    ClientRegistry clients = new ClientRegistry(config.client().maxConnections());
    ProxyView view = new ProxyView(config, pools, clients, Version.current());
    StatsAverages averages = new StatsAverages();
    this.context =
        new ClientContext(
            config,
            LoginPolicies.of(config.auth(), authFiles, authQuery, workers, lookups),
            pools,
            new StatementRegistry(config.statements().cacheSize(), statementPrefix()),
            new PolicyBook(),
            clients,
            new CancelSender(channelSettings, tls.backends()),
            dialer,
            new ConsoleAdapter(new Console(view, averages), config.admin()),
            tls.clients(),
            new LoginFailureLog(log::info, System::nanoTime));
    this.balancer = new LoopBalancer(loops, loopResources, clients, pools);
    loops
        .loop(0)
        .scheduleAtFixedRate(
            this::maintain, MAINTENANCE_MILLIS, MAINTENANCE_MILLIS, TimeUnit.MILLISECONDS);
    if (!tls.isEmpty()) {
      files.scheduleWithFixedDelay(tls::reload, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
    }
    loops
        .loop(0)
        .scheduleAtFixedRate(
            () -> averages.sample(view.stats(), System.nanoTime()), 0, 60, TimeUnit.SECONDS);
  }

  /**
   * Starts to listen; returns once all addresses are bound.
   *
   * @throws StartupException if an address, the transport or a file named in the configuration
   *     cannot be used
   */
  public static SluiceServer start(SluiceConfig config) throws StartupException {
    return start(config, Tls.of(config));
  }

  /** The same with the TLS implementation of one's choice. */
  public static SluiceServer start(SluiceConfig config, TlsProvider provider)
      throws StartupException {
    return start(config, Tls.of(config, provider));
  }

  private static SluiceServer start(SluiceConfig config, Tls tls) throws StartupException {
    AuthFiles authFiles = authFiles(config);
    Transport transport = transport(config.transport());
    Clusters clusters = Clusters.watch(config);
    AuthQuery authQuery;
    try {
      authQuery = AuthQueries.open(config, authFiles.users());
    } catch (StartupException e) {
      clusters.close();
      throw e;
    }
    SluiceServer server = new SluiceServer(config, authFiles, authQuery, clusters, tls, transport);
    try {
      server.listen();
      return server;
    } catch (StartupException e) {
      server.close();
      throw e;
    }
  }

  private static AuthFiles authFiles(SluiceConfig config) throws StartupException {
    AuthFiles files = AuthFiles.load(config.auth());
    if (!files.problems().isEmpty()) {
      throw new StartupException(
          files.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
    return files;
  }

  private static Transport transport(TransportKind kind) throws StartupException {
    Transport transport =
        switch (kind) {
          case AUTO -> Transport.best();
          case EPOLL -> Transport.EPOLL;
          case IO_URING -> Transport.IO_URING;
          case NIO -> Transport.NIO;
        };
    Throwable cause = transport.unavailability();
    if (cause != null) {
      throw new StartupException(
          "transport = %s is not available here: %s; use transport = auto"
              .formatted(transport.label(), cause.getMessage()),
          cause);
    }
    return transport;
  }

  private static String statementPrefix() {
    return "s%s_"
        .formatted(Integer.toString(ThreadLocalRandom.current().nextInt(46_656), 36))
        .toLowerCase(Locale.ROOT);
  }

  private void listen() throws StartupException {
    for (ListenAddress address : config.listen()) {
      ServerBootstrap bootstrap =
          accepting()
              .channel(loops.transport().serverChannel())
              .option(ChannelOption.SO_REUSEADDR, true);
      channelSettings.applyTo(bootstrap);
      var bound =
          bootstrap
              .bind(new InetSocketAddress(address.host(), address.port()))
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new StartupException(
            "cannot listen on %s: %s".formatted(address.address(), bound.cause().getMessage()),
            bound.cause());
      }
      listeners.add(bound.channel());
    }
    Path directory = config.unixSocketDir();
    if (directory != null) {
      for (int port : unixPorts()) {
        ServerBootstrap bootstrap = accepting().channel(loops.transport().domainServerChannel());
        channelSettings.applyToUnix(bootstrap);
        unixListeners.add(UnixListener.open(directory, port, bootstrap, loops.transport()));
      }
    }
  }

  private ServerBootstrap accepting() {
    return new ServerBootstrap()
        .group(loops.group())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                accept(channel);
              }
            });
  }

  /** A socket's name has a port in it; several addresses may share one. */
  private SequencedSet<Integer> unixPorts() {
    SequencedSet<Integer> ports = new LinkedHashSet<>();
    addresses().forEach(address -> ports.add(address.getPort()));
    if (ports.isEmpty()) {
      ports.add(UnixListener.DEFAULT_PORT);
    }
    return ports;
  }

  private void accept(Channel channel) {
    LoopResources resources = loopResources.get(loops.indexOf(channel.eventLoop()));
    channel.pipeline().addLast(new ClientConnection(channel, context, resources));
  }

  private void maintain() {
    try {
      pools.maintain();
      context.loginFailures().sum();
      balancer.look(System.nanoTime());
    } catch (RuntimeException e) {
      // The task must go on: without it nothing times out any more.
      log.error("maintenance failed", e);
    }
  }

  /** How many event loops are in use; it changes with the load. */
  public LoopBalancer balancer() {
    return balancer;
  }

  /** The TCP addresses that are listened on, with the ports that were chosen. */
  public List<InetSocketAddress> addresses() {
    return listeners.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /** Everything an operator wants to know of a process that has just started. */
  @Override
  public String readyLine() {
    return "sluice %s ready: listening on %s; transport %s, %d event loop%s%s; netty %s, java %s"
        .formatted(
            Version.current(),
            Stream.concat(
                    addresses().stream()
                        .map(a -> a.getAddress().getHostAddress() + ":" + a.getPort()),
                    unixListeners.stream().map(listener -> "unix:" + listener.socket()))
                .collect(Collectors.joining(", ")),
            loops.transport().label(),
            loops.count(),
            loops.count() == 1 ? "" : "s",
            tls.label(),
            nettyVersion(),
            Runtime.version());
  }

  private static String nettyVersion() {
    io.netty.util.Version version = io.netty.util.Version.identify().get("netty-common");
    return version == null ? "unknown" : version.artifactVersion();
  }

  @Override
  public void drain() {
    if (draining.compareAndSet(false, true)) {
      listeners.forEach(Channel::close);
      unixListeners.forEach(UnixListener::close);
      new Drain(context.clients(), pools, loops).run(config.drainTimeout()).thenRun(this::close);
    }
  }

  @Override
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /**
   * Compares every backend that nobody has with what is believed of it.
   *
   * @return what should not be there, complete when all backends have answered
   */
  public CompletableFuture<List<String>> audit() {
    return pools.audit();
  }

  /** Stops now. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    listeners.forEach(channel -> channel.close().awaitUninterruptibly());
    unixListeners.forEach(UnixListener::close);
    clusters.close();
    new ConnectionCloser(context.clients(), pools).close();
    loops.shutdown().awaitUninterruptibly();
    if (authQuery != null) {
      authQuery.close();
    }
    workers.shutdownNow();
    files.shutdownNow();
    lookups.close();
    terminated.countDown();
  }
}
