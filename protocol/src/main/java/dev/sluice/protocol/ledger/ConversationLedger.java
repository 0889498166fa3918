package dev.sluice.protocol.ledger;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * In order, the answers that PostgreSQL owes for what was sent on one connection, and what is to
 * become of each: forwarded to the client, swallowed because the proxy asked, or translated because
 * the proxy asked something else than the client did.
 *
 * <p>Entries are bytes in a ring: the low bits are the {@link Expect kind} of answer, the high bits
 * what becomes of it. An entry may carry a reference (a change to undo should PostgreSQL skip it);
 * most carry none, and then nothing is allocated.
 *
 * <p>The rules are PostgreSQL's (manual, "Message Flow", "Extended Query"): an error in an
 * extended-protocol message makes the server discard everything up to the next Sync, simple queries
 * included; an error in a simple query does not. Messages sent while the server discards are
 * therefore not recorded, see {@link #skipping()}.
 *
 * <p>Not thread-safe: it belongs to whoever holds the backend.
 */
public final class ConversationLedger {
  /** {@link #push} returned this: the server is discarding, so no answer will come. */
  public static final long NOT_OWED = -1;

  private static final int INITIAL_CAPACITY = 16;

  private byte[] codes = new byte[INITIAL_CAPACITY];
  private @Nullable Object @Nullable [] references;

  /** Sequence numbers of the oldest entry and of the next to be pushed; indexes are modulo. */
  private long head;

  private long tail;
  private boolean skipping;
  private boolean unsynced;

  /** Told of every entry whose message PostgreSQL did not carry out. */
  @FunctionalInterface
  public interface Undo {
    /**
     * @param code the entry's kind and disposition
     * @param failed true for the message that failed, false for those discarded behind it
     */
    void undo(int code, @Nullable Object reference, boolean failed);
  }

  public boolean isEmpty() {
    return head == tail;
  }

  public int size() {
    return (int) (tail - head);
  }

  /** True between an extended-protocol error and the Sync that ends the discarding. */
  public boolean skipping() {
    return skipping;
  }

  /**
   * True while extended-protocol messages were sent of which no Sync, nor a query, has ended the
   * transaction: PostgreSQL may have answered all of them and is not quiet yet.
   */
  public boolean unsynced() {
    return unsynced;
  }

  /** The sequence number that the next entry will get; entries before it were sent earlier. */
  public long nextSequence() {
    return tail;
  }

  /** The sequence number of the entry that is answered next. */
  public long headSequence() {
    return head;
  }

  /** The oldest entry's code, or 0 when nothing is owed. */
  public int head() {
    return head == tail ? 0 : codes[(int) head & (codes.length - 1)] & 0xff;
  }

  /** The oldest entry's reference. */
  public @Nullable Object headReference() {
    return head == tail || references == null ? null : references[(int) head & (codes.length - 1)];
  }

  public long push(int code) {
    return push(code, null);
  }

  /** Records a message just sent. Returns its sequence number, or {@link #NOT_OWED}. */
  public long push(int code, @Nullable Object reference) {
    if (skipping) {
      if (Expect.kind(code) != Expect.SYNC) {
        return NOT_OWED;
      }
      skipping = false;
    }
    if (Expect.kind(code) != Expect.COPY_END) {
      unsynced = !endsInReady(code);
    }
    if (tail - head == codes.length) {
      grow();
    }
    int index = (int) tail & (codes.length - 1);
    codes[index] = (byte) code;
    if (reference != null) {
      if (references == null) {
        references = new @Nullable Object[codes.length];
      }
      references[index] = reference;
    }
    return tail++;
  }

  /** The oldest entry was answered. */
  public void pop() {
    assert head != tail : "nothing is owed";
    clearReference((int) head & (codes.length - 1));
    head++;
    while (head != tail && codes[(int) head & (codes.length - 1)] == Expect.COPY_END) {
      head++;
    }
    if (head == tail && codes.length > 4096) {
      codes = new byte[INITIAL_CAPACITY];
      references = null;
    }
  }

  /**
   * An ErrorResponse arrived for the oldest entry. For an extended-protocol message, it and all up
   * to the next Sync are dropped, newest first; without a Sync the ledger goes on {@link
   * #skipping()}. For a simple query, a function call or a Sync nothing is dropped: ReadyForQuery
   * follows.
   */
  public void error(Undo undo) {
    int kind = Expect.kind(head());
    if (head == tail || endsInReady(kind)) {
      return;
    }
    int mask = codes.length - 1;
    long end = nextSync();
    // The newest first: a Close and a Parse of one name must leave what was there before both.
    for (long i = end - 1; i >= head; i--) {
      int index = (int) i & mask;
      if (codes[index] != Expect.COPY_END) {
        undo.undo(codes[index], references == null ? null : references[index], i == head);
      }
    }
    while (head < end) {
      pop();
    }
    skipping = head == tail;
    // A query among what was dropped did not end the transaction.
    unsynced |= skipping;
  }

  /**
   * Whether a Sync is owed between the oldest entry and this one: an error of the oldest then ends
   * before it.
   */
  public boolean isBehindSync(long sequence) {
    long sync = nextSync();
    return sequence > sync && sync < tail;
  }

  /**
   * The sequence number of the first entry behind the next Sync that has exactly this code and such
   * a reference; -1 if there is none.
   */
  public long findBehindSync(int code, Predicate<@Nullable Object> reference) {
    int mask = codes.length - 1;
    for (long i = nextSync() + 1; i < tail; i++) {
      int index = (int) i & mask;
      if ((codes[index] & 0xff) == code
          && reference.test(references == null ? null : references[index])) {
        return i;
      }
    }
    return -1;
  }

  /** Puts another reference to an entry that is owed. */
  public void reference(long sequence, @Nullable Object reference) {
    assert sequence >= head && sequence < tail : "no such entry";
    if (references == null) {
      references = new @Nullable Object[codes.length];
    }
    references[(int) sequence & (codes.length - 1)] = reference;
  }

  private long nextSync() {
    int mask = codes.length - 1;
    long sync = head;
    while (sync < tail && Expect.kind(codes[(int) sync & mask]) != Expect.SYNC) {
      sync++;
    }
    return sync;
  }

  /**
   * A CopyDone or CopyFail was sent, and PostgreSQL has not entered COPY IN as far as is known. No
   * answer is owed for it, but it says which Syncs are within the COPY.
   */
  public void copyEnded() {
    if (head != tail && !skipping) {
      push(Expect.COPY_END);
    }
  }

  /**
   * PostgreSQL entered COPY IN: it now ignores Sync and Flush until CopyDone or CopyFail, so the
   * Syncs behind the COPY that were sent without waiting for it get no answer (manual, "COPY
   * Operations").
   *
   * @return false if what ends the COPY was sent already
   */
  public boolean copyInStarted() {
    long write = head + 1;
    long read = head + 1;
    int mask = codes.length - 1;
    while (read < tail && Expect.kind(codes[(int) read & mask]) == Expect.SYNC) {
      clearReference((int) read & mask);
      read++;
    }
    boolean ended = read < tail && codes[(int) read & mask] == Expect.COPY_END;
    if (ended) {
      read++;
    }
    if (read != write) {
      unsynced = !endsInReady(head());
      while (read < tail) {
        unsynced &= !endsInReady(codes[(int) read & mask]);
        move((int) read & mask, (int) write & mask);
        read++;
        write++;
      }
      tail = write;
    }
    return !ended;
  }

  /** How many entries of a kind are owed to the client; for the rare paths that must know. */
  public int count(int kind) {
    int count = 0;
    for (long i = head; i < tail; i++) {
      int code = codes[(int) i & (codes.length - 1)];
      if (Expect.kind(code) == kind && !Expect.swallowed(code)) {
        count++;
      }
    }
    return count;
  }

  /** Everything is forgotten: the connection is gone. */
  public void clear() {
    head = tail;
    skipping = false;
    unsynced = false;
    references = null;
  }

  private static boolean endsInReady(int code) {
    int kind = Expect.kind(code);
    return kind == Expect.QUERY || kind == Expect.SYNC || kind == Expect.FUNCTION_CALL;
  }

  private void move(int from, int to) {
    codes[to] = codes[from];
    if (references != null) {
      references[to] = references[from];
      references[from] = null;
    }
  }

  private void clearReference(int index) {
    if (references != null) {
      references[index] = null;
    }
  }

  private void grow() {
    byte[] grown = new byte[codes.length * 2];
    for (long i = head; i < tail; i++) {
      grown[(int) i & (grown.length - 1)] = codes[(int) i & (codes.length - 1)];
    }
    if (references != null) {
      @Nullable Object[] grownReferences = new @Nullable Object[grown.length];
      for (long i = head; i < tail; i++) {
        grownReferences[(int) i & (grown.length - 1)] = references[(int) i & (codes.length - 1)];
      }
      references = grownReferences;
    }
    codes = grown;
  }
}
