package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.ConfigLoader;
import dev.sluice.config.load.LoadResult;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.auth.AuthMethod;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.LoginPolicy;
import dev.sluice.proxy.auth.UsersFile;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.CancelSender;
import dev.sluice.proxy.backend.EmbeddedBackends;
import dev.sluice.proxy.net.ChannelSettings;
import dev.sluice.proxy.net.Transport;
import dev.sluice.proxy.pool.NodeRoles;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolRegistry;
import dev.sluice.proxy.pool.Surroundings;
import dev.sluice.proxy.session.StatementRegistry;
import dev.sluice.proxy.tls.BackendTlsContexts;
import dev.sluice.proxy.tls.ClientTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's core without sockets and threads: clients and backends are embedded channels, and
 * bytes move when the test says so. Closing it fails the test if a buffer was not released.
 */
final class EmbeddedProxy implements AutoCloseable {
  /** Counts every byte by itself, so that Netty's leak detector, which samples, is not needed. */
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  private final EmbeddedBackends backends = new EmbeddedBackends(allocator);
  private final List<Client> clients = new ArrayList<>();
  private final PoolRegistry pools;
  private final ClientContext context;
  private final LoopResources loop = new LoopResources(0);

  EmbeddedProxy(SluiceConfig config) {
    this(config, NodeRoles.onlyOne());
  }

  /**
   * @param roles of the database's nodes
   */
  EmbeddedProxy(SluiceConfig config, NodeRoles roles) {
    this.pools = new PoolRegistry(config, new Surroundings(backends, 1), database -> roles);
    this.context =
        new ClientContext(
            config,
            LoginPolicy.sameForAll(
                Authenticator.create(AuthMethod.TRUST, UsersFile.empty(), Runnable::run)),
            pools,
            new StatementRegistry(100, "s_"),
            new PolicyBook(),
            new ClientRegistry(100),
            new CancelSender(
                new ChannelSettings(Transport.NIO, allocator, Duration.ZERO, Duration.ZERO),
                BackendTlsContexts.none()),
            backends,
            new NoConsole(),
            ClientTls.disabled(),
            new LoginFailureLog(line -> {}, System::nanoTime));
  }

  /**
   * Reads a configuration with one database, {@code app}.
   *
   * @param pool what stands in its section {@code pool}
   */
  static SluiceConfig config(String pool) {
    return config(pool, "127.0.0.1:5999");
  }

  /**
   * The same with several nodes.
   *
   * @param nodes of the database, with commas between them
   */
  static SluiceConfig config(String pool, String nodes) {
    try {
      Path file = Files.createTempFile("sluice", ".conf");
      Files.writeString(
          file,
          """
          sluice {
            auth { method = trust }
            pool { %s }
            databases { app { nodes = ["%s"] } }
          }
          """
              .formatted(pool, nodes.replace(", ", "\", \"")));
      LoadResult result = ConfigLoader.load(file, Map.of());
      Files.delete(file);
      return switch (result) {
        case LoadResult.Loaded loaded -> loaded.config();
        case LoadResult.Invalid invalid -> fail(invalid.problems().toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client that has logged in; what it was told meanwhile is in {@link Client#received}. */
  Client connect(Map<String, String> parameters) {
    Client client = dial();
    client.send(startup(parameters));
    pump(all -> all);
    return client;
  }

  /** A client that has said nothing yet. */
  Client dial() {
    Client client = new Client();
    clients.add(client);
    return client;
  }

  /** The message with which a client of this name and these parameters begins. */
  static byte[] startup(Map<String, String> parameters) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("user", "u");
    all.put("database", "app");
    all.putAll(parameters);
    return Messages.bytes(out -> FrontendMessages.startup(out, FrontendMessages.PROTOCOL_3_0, all));
  }

  /** Carries bytes between the backends and PostgreSQL until nothing moves any more. */
  void pump(IntUnaryOperator pieces) {
    boolean moved;
    do {
      moved = backends.exchange(pieces);
      for (Client client : clients) {
        client.channel.runPendingTasks();
        moved |= client.channel.hasPendingTasks();
      }
    } while (moved);
  }

  EmbeddedBackends backends() {
    return backends;
  }

  PoolRegistry pools() {
    return pools;
  }

  Pool pool() {
    return pools.pools().iterator().next();
  }

  /** Every backend is with the pool again, and quiet. */
  void assertAllReleased() {
    Pool.Usage usage = pool().usage();
    assertEquals(0, usage.active(), "backends in use: " + usage);
    assertEquals(0, usage.waiting(), "clients waiting: " + usage);
    for (BackendConnection backend : pool().backends()) {
      assertEquals(true, backend.quiet(), "a released backend is quiet");
    }
  }

  @Override
  public void close() {
    for (Client client : clients) {
      client.channel.close();
      client.read();
    }
    pump(all -> all);
    pools.close();
    pump(all -> all);
    backends.close();
    assertEquals(0, allocator.metric().usedDirectMemory(), "direct memory not released");
    assertEquals(0, allocator.metric().usedHeapMemory(), "heap memory not released");
  }

  /** One client's end of its connection. */
  final class Client {
    final EmbeddedChannel channel;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Client() {
      channel =
          new EmbeddedChannel(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel.config().setAllocator(allocator);
                  channel.pipeline().addLast(new ClientConnection(channel, context, loop));
                }
              });
    }

    /** Delivers bytes to the proxy in one read. */
    void send(byte[] bytes) {
      ByteBuf in = allocator.buffer(Math.max(bytes.length, 2048)).writeBytes(bytes);
      if (channel.isOpen()) {
        channel.writeInbound(in);
      } else {
        in.release();
      }
    }

    /** All that the client has received since it was asked last. */
    byte[] read() {
      received.writeBytes(EmbeddedBackends.sent(channel));
      byte[] bytes = received.toByteArray();
      received.reset();
      return bytes;
    }
  }

  private static final class NoConsole implements ConsoleFactory {
    @Override
    public int maxMessageBytes() {
      return 1024;
    }

    @Override
    public boolean isConsole(String database) {
      return false;
    }

    @Override
    public @Nullable Console open(String user, String database) {
      return null;
    }
  }
}
