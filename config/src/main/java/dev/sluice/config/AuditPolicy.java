package dev.sluice.config;

/** What happens when a released backend's state is not what it is believed to be. */
public enum AuditPolicy {
  OFF,
  LOG,
  CLOSE
}
