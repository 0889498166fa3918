package dev.sluice.config;

/** What is done with one kind of session state in transaction mode. */
public enum StatePolicy {
  TRACK,
  PIN,
  REJECT,
  ALLOW
}
