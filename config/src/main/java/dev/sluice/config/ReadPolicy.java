package dev.sluice.config;

/** Which transactions count as reads, beside those that a hint or a route makes reads. */
public enum ReadPolicy {
  OFF,
  DECLARED,
  PROVEN
}
