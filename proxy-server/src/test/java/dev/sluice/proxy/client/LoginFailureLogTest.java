package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginFailureLogTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(-5);
  private final LoginFailureLog log = new LoginFailureLog(lines::add, clock::get);

  private static SocketAddress address(String address) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), 1234);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
    log.sum();
  }

  @Test
  void theFirstOfAnAddressIsSaidAtOnceAndTheRestIsSummedUp() {
    for (int i = 0; i < 500; i++) {
      log.refused(address("10.0.0.1"), "u" + i, "why" + i);
    }
    log.refused(address("10.0.0.2"), "v", "why");
    assertEquals(
        List.of(
            "client 10.0.0.1: login of \"u0\" refused: why0",
            "client 10.0.0.2: login of \"v\" refused: why"),
        lines);
    lines.clear();
    pass(Duration.ofMillis(9_999));
    assertEquals(List.of(), lines);
    pass(Duration.ofMillis(1));
    assertEquals(
        List.of(
            "client 10.0.0.1: 499 more logins refused in 10 s; the last: login of \"u499\" refused:"
                + " why499"),
        lines);
  }

  @Test
  void whoGoesOnHasALinePerInterval() {
    for (int second = 0; second < 100; second++) {
      log.refused(address("10.0.0.1"), "u", "why");
      pass(Duration.ofSeconds(1));
    }
    assertEquals(11, lines.size(), lines::toString);
  }

  @Test
  void whoWasQuietForAnIntervalBeginsAgainAndTakesNoRoom() {
    log.refused(address("10.0.0.1"), "u", "why");
    pass(LoginFailureLog.INTERVAL);
    assertEquals(0, log.addresses());
    log.refused(address("10.0.0.1"), "u", "why");
    assertEquals(2, lines.size());
    assertEquals(lines.get(0), lines.get(1));
  }

  /** Time alone does it: nobody needs to call for the sums. */
  @Test
  void aLaterFailureBringsTheSumsThatAreDue() {
    log.refused(address("10.0.0.1"), "u", "why");
    log.refused(address("10.0.0.1"), "u", "why");
    clock.addAndGet(LoginFailureLog.INTERVAL.toNanos());
    log.refused(address("10.0.0.2"), "v", "why");
    assertEquals(3, lines.size(), lines::toString);
    assertTrue(lines.get(1).contains("10.0.0.1: 1 more"), lines::toString);
  }

  @Test
  void manyAddressesShareALine() {
    int many = 50_000;
    for (int i = 0; i < many; i++) {
      log.refused(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), "u", "why");
    }
    assertEquals(LoginFailureLog.MAX_ADDRESSES + 1, log.addresses());
    assertEquals(LoginFailureLog.MAX_ADDRESSES + 1, lines.size());
    assertTrue(lines.getLast().startsWith("client other addresses: "));
    lines.clear();
    pass(LoginFailureLog.INTERVAL);
    int unsaid = many - LoginFailureLog.MAX_ADDRESSES - 1;
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().startsWith("client other addresses: " + unsaid + " more"));
  }

  @Test
  void ofIpv6TheNetworkCounts() {
    log.refused(address("2001:db8:1:2::1"), "u", "why");
    log.refused(address("2001:db8:1:2:ffff::1"), "u", "why");
    log.refused(address("2001:db8:1:3::1"), "u", "why");
    assertEquals(
        List.of(
            "client 2001:0db8:0001:0002::/64: login of \"u\" refused: why",
            "client 2001:0db8:0001:0003::/64: login of \"u\" refused: why"),
        lines);
  }

  @Test
  void namesCannotWriteLinesOfTheirOwn() {
    log.refused(address("10.0.0.1"), "a\nb\"\u001b[0m" + "x".repeat(100), "why");
    String line = lines.getFirst();
    assertTrue(line.contains("\"a\\u{a}b\\u{22}\\u{1b}[0mxxx"), line);
    assertTrue(line.endsWith("...\" refused: why"), line);
    assertEquals(-1, line.indexOf('\n'));
  }
}
