package dev.sluice.config;

/** What the file says of a node's role. */
public enum NodeRole {
  AUTO,
  PRIMARY,
  REPLICA
}
