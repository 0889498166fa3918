package dev.sluice.config;

/** How one of several eligible replicas is chosen. */
public enum Balance {
  LEAST_BUSY,
  ROUND_ROBIN,
  RANDOM
}
