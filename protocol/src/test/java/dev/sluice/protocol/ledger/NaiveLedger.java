package dev.sluice.protocol.ledger;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link ConversationLedger} promises, written as plainly as can be. */
final class NaiveLedger {
  record Entry(int code, @Nullable Object reference) {
    int kind() {
      return Expect.kind(code);
    }

    boolean endsInReady() {
      return kind() == Expect.QUERY || kind() == Expect.SYNC || kind() == Expect.FUNCTION_CALL;
    }
  }

  record Undone(int code, @Nullable Object reference, boolean failed) {}

  final List<Entry> entries = new ArrayList<>();
  boolean skipping;
  boolean unsynced;

  boolean push(int code, @Nullable Object reference) {
    Entry entry = new Entry(code, reference);
    if (skipping && entry.kind() != Expect.SYNC) {
      return false;
    }
    skipping = false;
    unsynced = !entry.endsInReady();
    entries.add(entry);
    return true;
  }

  void pop() {
    entries.removeFirst();
    while (!entries.isEmpty() && entries.getFirst().kind() == Expect.COPY_END) {
      entries.removeFirst();
    }
  }

  List<Undone> error() {
    List<Undone> undone = new ArrayList<>();
    if (entries.isEmpty() || entries.getFirst().endsInReady()) {
      return undone;
    }
    while (!entries.isEmpty() && entries.getFirst().kind() != Expect.SYNC) {
      Entry dropped = entries.getFirst();
      undone.addFirst(new Undone(dropped.code(), dropped.reference(), undone.isEmpty()));
      pop();
    }
    skipping = entries.isEmpty();
    unsynced |= skipping;
    return undone;
  }

  void copyEnded() {
    if (!entries.isEmpty() && !skipping) {
      entries.add(new Entry(Expect.COPY_END, null));
    }
  }

  boolean copyInStarted() {
    int before = entries.size();
    while (entries.size() > 1 && entries.get(1).kind() == Expect.SYNC) {
      entries.remove(1);
    }
    boolean ended = entries.size() > 1 && entries.get(1).kind() == Expect.COPY_END;
    if (ended) {
      entries.remove(1);
    }
    if (entries.size() < before) {
      unsynced = entries.stream().noneMatch(Entry::endsInReady);
    }
    return !ended;
  }

  int count(int kind) {
    return (int)
        entries.stream()
            .filter(entry -> entry.kind() == kind && !Expect.swallowed(entry.code()))
            .count();
  }
}
