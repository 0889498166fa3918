package dev.sluice.proxy.pool;

import dev.sluice.proxy.backend.Dialer;
import java.util.function.IntSupplier;

/** What all pools have in common. */
public record Surroundings(
    Dialer dialer, int loops, IntSupplier loopsInUse, boolean backendsCanMove) {
  /** All loops are in use. */
  public Surroundings(Dialer dialer, int loops) {
    this(dialer, loops, () -> loops, false);
  }
}
