package dev.sluice.protocol.ledger;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the ledger costs per message. Run by {@code integration-tests/bench/jmh Ledger}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LedgerBenchmark {
  private static final int PIPELINED = 100;
  private static final Object CHANGE = new Object();

  private final ConversationLedger ledger = new ConversationLedger();

  /** A simple query and its answer. */
  @Benchmark
  public int pushAndPop() {
    ledger.push(Expect.QUERY);
    int head = ledger.head();
    ledger.pop();
    return head;
  }

  /** Bind, Execute and Sync, a hundred times ahead of the first answer; per message. */
  @Benchmark
  @OperationsPerInvocation(3 * PIPELINED)
  public int pipelined() {
    for (int i = 0; i < PIPELINED; i++) {
      ledger.push(Expect.BIND);
      ledger.push(Expect.EXECUTE);
      ledger.push(Expect.SYNC);
    }
    return drain();
  }

  /** The same with something to undo at every third message; per message. */
  @Benchmark
  @OperationsPerInvocation(3 * PIPELINED)
  public int pipelinedWithReferences() {
    for (int i = 0; i < PIPELINED; i++) {
      ledger.push(Expect.PARSE, CHANGE);
      ledger.push(Expect.BIND);
      ledger.push(Expect.SYNC);
    }
    return drain();
  }

  private int drain() {
    int heads = 0;
    while (!ledger.isEmpty()) {
      heads += ledger.head();
      ledger.pop();
    }
    return heads;
  }
}
