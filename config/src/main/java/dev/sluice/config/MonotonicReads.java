package dev.sluice.config;

/** Against what a session's reads never go back in time. */
public enum MonotonicReads {
  REPLICA,
  ALL,
  OFF
}
