package dev.sluice.proxy.client;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log lines of refused logins: of each address the first at once, then one line at most per
 * interval that says how many there were. The number of addresses is bounded; those beyond it have
 * one line together. Safe for all threads.
 */
public final class LoginFailureLog {
  static final Duration INTERVAL = Duration.ofSeconds(10);
  static final int MAX_ADDRESSES = 1000;

  /** Longer names are none of PostgreSQL's. */
  private static final int MAX_NAME = 63;

  private static final String OTHERS = "other addresses";

  private final Consumer<String> lines;
  private final LongSupplier nanoClock;

  /** By address, the one whose last line is oldest first. Guarded by this. */
  private final Map<String, Failures> byAddress = new LinkedHashMap<>();

  /**
   * What was not said yet.
   *
   * @param sinceNanos of the last line
   * @param latest who and why, of the last that was counted
   */
  private record Failures(long sinceNanos, int count, @Nullable String latest) {}

  /**
   * @param lines takes what is to be logged
   */
  public LoginFailureLog(Consumer<String> lines, LongSupplier nanoClock) {
    this.lines = lines;
    this.nanoClock = nanoClock;
  }

  /**
   * A login was refused.
   *
   * @param reason for the operator, without a secret
   */
  synchronized void refused(@Nullable SocketAddress from, String user, String reason) {
    long now = nanoClock.getAsLong();
    sum(now);
    String address = address(from);
    if (!byAddress.containsKey(address) && byAddress.size() >= MAX_ADDRESSES) {
      address = OTHERS;
    }
    String what = "login of \"" + printable(user) + "\" refused: " + reason;
    Failures known = byAddress.get(address);
    if (known == null) {
      byAddress.put(address, new Failures(now, 0, null));
      lines.accept("client " + address + ": " + what);
    } else {
      byAddress.put(address, new Failures(known.sinceNanos(), known.count() + 1, what));
    }
  }

  /** Says what is due; to be called every second or so. */
  public synchronized void sum() {
    sum(nanoClock.getAsLong());
  }

  private void sum(long now) {
    Map<String, Failures> said = new LinkedHashMap<>();
    Iterator<Map.Entry<String, Failures>> oldest = byAddress.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Failures> entry = oldest.next();
      Failures failures = entry.getValue();
      if (now - failures.sinceNanos() < INTERVAL.toNanos()) {
        break;
      }
      oldest.remove();
      if (failures.latest() != null) {
        lines.accept(
            "client %s: %d more logins refused in %d s; the last: %s"
                .formatted(
                    entry.getKey(),
                    failures.count(),
                    Duration.ofNanos(now - failures.sinceNanos()).toSeconds(),
                    failures.latest()));
        said.put(entry.getKey(), new Failures(now, 0, null));
      }
    }
    byAddress.putAll(said);
  }

  synchronized int addresses() {
    return byAddress.size();
  }

  /** Of IPv6 the network: who has one address has 2^64. */
  private static String address(@Nullable SocketAddress from) {
    if (!(from instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return "unix";
    }
    InetAddress address = internet.getAddress();
    return address instanceof Inet6Address
        ? HexFormat.ofDelimiter(":")
                .formatHex(Arrays.copyOf(address.getAddress(), 8))
                .replaceAll("(..):(..)", "$1$2")
            + "::/64"
        : address.getHostAddress();
  }

  /** A name may come with anything in it, line breaks too. */
  private static String printable(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .limit(MAX_NAME)
        .forEach(
            c -> {
              boolean visible =
                  Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f && c != '"' && c != '\\');
              if (visible) {
                text.appendCodePoint(c);
              } else {
                text.append("\\u{%x}".formatted(c));
              }
            });
    return name.codePointCount(0, name.length()) > MAX_NAME ? text + "..." : text.toString();
  }
}
