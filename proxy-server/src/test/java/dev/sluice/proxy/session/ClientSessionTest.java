package dev.sluice.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientSessionTest {
  private final SettingsProfile startup = SettingsProfile.of(Map.of("TimeZone", "Asia/Tokyo"));
  private final ClientSession session =
      new ClientSession(
          startup,
          new ServerParameters(
              Map.of("TimeZone", "UTC", "DateStyle", "ISO, MDY", "is_superuser", "off")));
  private final StatementRegistry registry = new StatementRegistry(10, "s_");

  @Test
  void itsOwnChoiceGoesBeforeWhatTheServerSays() {
    assertEquals("Asia/Tokyo", session.believes("timezone"));
    assertEquals("ISO, MDY", session.believes("DateStyle"));
    assertNull(session.believes("search_path"));
  }

  @Test
  void whatIsReportedFollowsTheClient() {
    ParseSettings before = session.parseSettings();
    session.reported("DateStyle", "SQL, DMY");
    assertEquals("SQL, DMY", session.settings().get("datestyle"));
    assertNotEquals(before, session.parseSettings());
    session.reported("DateStyle", "ISO, MDY");
    assertNull(session.settings().get("datestyle"), "back to what every session has");
    assertEquals(before, session.parseSettings());
  }

  @Test
  void whatNobodyCanSetIsNotCarriedAround() {
    session.reported("is_superuser", "on");
    assertNull(session.settings().get("is_superuser"));
    assertEquals("on", session.believes("is_superuser"));
  }

  @Test
  void statementsHaveNames() {
    Bytes name = Bytes.of(new byte[] {'a'});
    Statement statement = registry.unkept();
    assertNull(session.named(name));
    assertEquals(0, session.namedCount());
    session.name(name, statement);
    assertSame(statement, session.named(Bytes.of(new byte[] {'a'})));
    assertEquals(1, session.namedCount());
    assertSame(statement, session.forget(name));
    assertNull(session.forget(name));
  }

  @Test
  void theLastLargeStatementThatGoesUnpins() {
    Bytes a = Bytes.of(new byte[] {'a'});
    session.name(a, registry.unkept());
    session.unnamed(registry.unkept());
    session.pin(PinReason.LARGE_STATEMENT);
    assertEquals(
        List.of(PinReason.LARGE_STATEMENT), session.pins().stream().map(Pin::reason).toList());

    session.forget(a);
    session.unpinIfNothingIsLarge();
    assertTrue(session.pinned(), "the unnamed one is still there");

    session.unnamed(null);
    session.unpinIfNothingIsLarge();
    assertFalse(session.pinned());
  }
}
