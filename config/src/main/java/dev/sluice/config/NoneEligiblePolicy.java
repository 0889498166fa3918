package dev.sluice.config;

/** What a read does when no replica is eligible. */
public enum NoneEligiblePolicy {
  PRIMARY,
  WAIT,
  ERROR
}
