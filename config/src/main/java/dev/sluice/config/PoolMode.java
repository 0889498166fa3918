package dev.sluice.config;

/** For how long a client keeps a backend. */
public enum PoolMode {
  TRANSACTION,
  SESSION,
  STATEMENT
}
