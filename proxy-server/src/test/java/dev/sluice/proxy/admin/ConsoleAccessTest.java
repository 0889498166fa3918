package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleAccessTest {

  @Test
  void theConfigurationDecidesTheRole() {
    List<String> admins = List.of("sre", "both");
    List<String> stats = List.of("grafana", "both");
    assertEquals(ConsoleRole.ADMIN, ConsoleAccess.roleOf("sre", admins, stats));
    assertEquals(ConsoleRole.ADMIN, ConsoleAccess.roleOf("both", admins, stats));
    assertEquals(ConsoleRole.STATS, ConsoleAccess.roleOf("grafana", admins, stats));
    assertNull(ConsoleAccess.roleOf("alice", admins, stats));
    assertNull(ConsoleAccess.roleOf("SRE", admins, stats));
    assertEquals("42501", ConsoleAccess.refusal("alice").sqlState());
  }

  @Test
  void twoNamesLeadToTheConsole() {
    assertTrue(ConsoleAccess.isConsole("sluice"));
    assertTrue(ConsoleAccess.isConsole("pgbouncer"));
    assertFalse(ConsoleAccess.isConsole("Sluice"));
    assertFalse(ConsoleAccess.isConsole("app"));
  }

  @Test
  void loginReportsWhatDriversRelyOn() {
    Console console = new Console(new SampleData(), new StatsAverages());
    Map<String, String> reported = console.parameters("sre", "sluice", ConsoleRole.ADMIN);
    assertEquals("14.0 (Sluice 0.1.0)", reported.get("server_version"));
    assertEquals("UTF8", reported.get("client_encoding"));
    assertEquals("UTF8", reported.get("server_encoding"));
    assertEquals("ISO, MDY", reported.get("DateStyle"));
    assertEquals("GMT", reported.get("TimeZone"));
    assertEquals("on", reported.get("standard_conforming_strings"));
    assertEquals("on", reported.get("integer_datetimes"));
    assertEquals("on", reported.get("is_superuser"));
    assertEquals("sre", reported.get("session_authorization"));
    assertEquals("off", console.parameters("x", "sluice", ConsoleRole.STATS).get("is_superuser"));
  }
}
