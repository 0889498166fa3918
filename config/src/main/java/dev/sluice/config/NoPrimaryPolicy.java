package dev.sluice.config;

/** What a bounded read does while no primary answers. */
public enum NoPrimaryPolicy {
  WAIT,
  STALE,
  ERROR
}
