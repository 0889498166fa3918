package dev.sluice.proxy.client;

import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.proxy.session.Bytes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of statements that a Parse or Close under way gives or takes. Sluice's books run ahead of
 * PostgreSQL; within a batch that is safe, for what fails takes everything behind it along, but a
 * batch behind the next Sync runs also if the change did not come about.
 */
final class UnsettledNames {
  private ConversationLedger ledger;
  private @Nullable Map<Bytes, Long> changes;

  /** The sequence number of the first entry behind the last Sync. */
  private long batchStart;

  UnsettledNames(ConversationLedger ledger) {
    this.ledger = ledger;
  }

  /** Another conversation begins: nothing is under way in it. */
  void attach(ConversationLedger of) {
    ledger = of;
    changes = null;
    batchStart = 0;
  }

  /**
   * @param sequence of the entry that changes what the name stands for
   */
  void changed(Bytes name, long sequence) {
    if (changes == null) {
      changes = new HashMap<>();
    } else if (ledger.size() <= 1) {
      // Only the change itself is owed: all before it is settled.
      changes.clear();
    }
    changes.put(name, sequence);
  }

  void synced() {
    batchStart = ledger.nextSequence();
  }

  /**
   * The sequence number of the answer that must be there before anything can be said of a name; -1
   * if it can now.
   */
  long awaited(Bytes name) {
    if (changes == null || ledger.isEmpty()) {
      return -1;
    }
    Long sequence = changes.get(name);
    return sequence != null && sequence >= ledger.headSequence() && sequence < batchStart
        ? sequence
        : -1;
  }
}
