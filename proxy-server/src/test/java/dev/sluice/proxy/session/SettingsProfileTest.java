package dev.sluice.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsProfileTest {
  private final SettingsProfile profile = SettingsProfile.of(Map.of("TimeZone", "UTC"));

  @Test
  void namesCompareWithoutCaseAndValuesExactly() {
    assertEquals("UTC", profile.get("timezone"));
    assertEquals(SettingsProfile.of(Map.of("TIMEZONE", "UTC")), profile);
    assertNotEquals(SettingsProfile.of(Map.of("TimeZone", "utc")), profile);
    assertEquals(Map.of("timezone", "UTC"), profile.values());
  }

  @Test
  void changesMakeAnother() {
    SettingsProfile changed = profile.with("DateStyle", "ISO").with("TIMEZONE", "Asia/Tokyo");
    assertEquals(Map.of("datestyle", "ISO", "timezone", "Asia/Tokyo"), changed.values());
    assertEquals("UTC", profile.get("TimeZone"));
    assertNull(changed.without("timeZone").get("TimeZone"));
  }

  @Test
  void nothingIsAlwaysTheSameObject() {
    assertSame(SettingsProfile.EMPTY, SettingsProfile.of(Map.of()));
    assertSame(SettingsProfile.EMPTY, profile.without("timezone"));
    assertSame(profile, profile.without("never set"));
  }
}
