package dev.sluice.config;

/** What is done with replication connections. */
public enum ReplicationPolicy {
  SESSION,
  REJECT
}
