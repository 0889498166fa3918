package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(3);

  @Test
  void firstGoodReadingIsEnoughAtFirst() {
    admission.reading(true);
    assertTrue(admission.isAdmitted());
  }

  @Test
  void outAtTheLimitAndBackAfterGoodOnesInARow() {
    admission.reading(false);
    assertFalse(admission.isAdmitted());
    assertEquals(3, admission.missing());
    admission.reading(true);
    admission.reading(true);
    admission.reading(false);
    admission.reading(true);
    admission.reading(true);
    assertFalse(admission.isAdmitted());
    assertEquals(1, admission.missing());
    admission.reading(true);
    assertTrue(admission.isAdmitted());
    assertEquals(0, admission.missing());
  }
}
