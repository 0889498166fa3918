package dev.sluice.proxy.cluster;

/** What a server was found to be. */
public enum ServerRole {
  PRIMARY,
  REPLICA,
  /** It does not answer, or what it answers forbids its use. */
  UNKNOWN
}
