package dev.sluice.protocol.sql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds words by the hash of their folded bytes, without making a String. The table is
 * open-addressed and so sparse that a miss, which is the usual case, nearly always ends at the
 * first slot.
 */
final class WordIndex {
  private static final int SLOT_BITS = 10;
  private static final int SLOTS = 1 << SLOT_BITS;

  private static final Word[] WORDS = new Word[SLOTS];
  private static final int[] HASHES = new int[SLOTS];
  private static final byte[][] SPELLINGS = new byte[SLOTS][];

  private static final byte[] TEMPORARY_SCHEMA_PREFIX =
      "pg_temp_".getBytes(StandardCharsets.US_ASCII);

  static {
    Arrays.fill(WORDS, Word.NONE);
    for (Word word : Word.values()) {
      if (word != Word.NONE) {
        add(word);
      }
    }
  }

  private WordIndex() {}

  private static void add(Word word) {
    byte[] spelling = word.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    int hash = 0;
    for (byte b : spelling) {
      hash = hash(hash, b);
    }
    int slot = slot(hash);
    while (WORDS[slot] != Word.NONE) {
      slot = (slot + 1) % SLOTS;
    }
    WORDS[slot] = word;
    HASHES[slot] = hash;
    SPELLINGS[slot] = spelling;
  }

  /** Adds a folded byte to the hash of the bytes before it; the hash of none is 0. */
  static int hash(int hash, int folded) {
    return 31 * hash + folded;
  }

  /**
   * Finds the word that these bytes spell in any case of letters. Schemas of temporary objects,
   * {@code pg_temp_3} and the like, are {@link Word#PG_TEMP}.
   *
   * @param hash of the folded bytes
   */
  static Word find(byte[] text, int start, int end, int hash) {
    int length = end - start;
    int slot = slot(hash);
    while (WORDS[slot] != Word.NONE) {
      byte[] spelling = SPELLINGS[slot];
      if (HASHES[slot] == hash && spelling.length == length && startsWith(text, start, spelling)) {
        return WORDS[slot];
      }
      slot = (slot + 1) % SLOTS;
    }
    return length > TEMPORARY_SCHEMA_PREFIX.length
            && startsWith(text, start, TEMPORARY_SCHEMA_PREFIX)
        ? Word.PG_TEMP
        : Word.NONE;
  }

  private static int slot(int hash) {
    return (hash * 0x9E3779B9) >>> (32 - SLOT_BITS);
  }

  private static boolean startsWith(byte[] text, int start, byte[] prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (Chars.foldInName(text[start + i]) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
