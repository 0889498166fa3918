package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ColumnDescription;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.proxy.auth.LoginCredentials;
import dev.sluice.proxy.tls.BackendTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to walk PostgreSQL's answers. Run by {@code integration-tests/bench/jmh
 * ReplyRelay}; it stands in the relay's package to reach it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReplyRelayBenchmark {
  /** What one read of the receive buffer brings. */
  private static final int READ = 64 * 1024;

  private static final int ROWS = 2000;
  private static final int RESULTS = 100;

  private final Sink sink = new Sink();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final BackendConnection backend =
      new BackendConnection(
          channel,
          new LoopHome(channel.eventLoop(), 0, new BackendCounters()),
          target(),
          new NoOwner());
  private final List<ByteBuf> rows = new ArrayList<>();
  private final List<ByteBuf> results = new ArrayList<>();

  @Setup
  public void write() {
    ByteBuf large = PooledByteBufAllocator.DEFAULT.directBuffer();
    result(large, ROWS, 200);
    cut(large, rows);
    ByteBuf small = PooledByteBufAllocator.DEFAULT.directBuffer();
    for (int i = 0; i < RESULTS; i++) {
      result(small, 1, 20);
    }
    cut(small, results);
  }

  @TearDown
  public void release() {
    rows.forEach(ByteBuf::release);
    results.forEach(ByteBuf::release);
    channel.close();
  }

  /** One result of 2000 rows of 200 bytes, in reads of 64 KiB. */
  @Benchmark
  public long twoThousandRows() {
    backend.ledger().push(Expect.QUERY);
    return relay(rows);
  }

  /** A hundred results of one short row, as pipelined simple queries have them. */
  @Benchmark
  public long hundredSmallResults() {
    for (int i = 0; i < RESULTS; i++) {
      backend.ledger().push(Expect.QUERY);
    }
    return relay(results);
  }

  private long relay(List<ByteBuf> reads) {
    for (ByteBuf read : reads) {
      backend.relay(read.retainedDuplicate(), sink);
    }
    return sink.bytes;
  }

  private static void result(ByteBuf out, int rows, int bytes) {
    BackendMessages.rowDescription(out, List.of(ColumnDescription.text("filler")));
    for (int i = 0; i < rows; i++) {
      BackendMessages.dataRow(out, List.of(new byte[bytes]));
    }
    BackendMessages.commandComplete(out, "SELECT " + rows);
    BackendMessages.readyForQuery(out, BackendConnection.IDLE);
  }

  private static void cut(ByteBuf all, List<ByteBuf> reads) {
    while (all.isReadable()) {
      reads.add(all.readRetainedSlice(Math.min(READ, all.readableBytes())));
    }
    all.release();
  }

  private static BackendTarget target() {
    return new BackendTarget(
        0,
        "nowhere",
        InetSocketAddress.createUnresolved("localhost", 1),
        "d",
        LoginCredentials.withoutSecret("u"),
        BackendTls.none(),
        Map.of(),
        null,
        Duration.ZERO);
  }

  /** Takes what is forwarded as a client's channel would. */
  private final class Sink implements LeaseHolder {
    long bytes;

    @Override
    public EventExecutor executor() {
      return channel.eventLoop();
    }

    @Override
    public void forward(ByteBuf forwarded) {
      bytes += forwarded.readableBytes();
      forwarded.release();
    }

    @Override
    public void readComplete() {}

    @Override
    public void undone(int code, @Nullable Object reference, boolean failed) {}

    @Override
    public boolean parameterReported(String name, String value) {
      return false;
    }

    @Override
    public void commandCompleted(String tag) {}

    @Override
    public void statementFailed(ErrorMessage error, @Nullable Object reference) {}

    @Override
    public void catchUpFailed(ErrorMessage error) {}

    @Override
    public void repliesHandled(int readies, int transactionsEnded) {}

    @Override
    public void backendWritable(boolean writable) {}

    @Override
    public void backendLost(@Nullable ErrorMessage lastWords) {}
  }

  private static final class NoOwner implements BackendOwner {
    @Override
    public void connected(BackendConnection backend) {}

    @Override
    public void connectFailed(ErrorMessage error) {}

    @Override
    public boolean withdraw(BackendConnection backend) {
      return false;
    }

    @Override
    public void available(BackendConnection backend) {}

    @Override
    public void closed(BackendConnection backend) {}
  }
}
