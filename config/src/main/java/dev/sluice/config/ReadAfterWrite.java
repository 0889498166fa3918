package dev.sluice.config;

/** The scope within which a read sees every write before it. */
public enum ReadAfterWrite {
  OFF,
  SESSION,
  KEY,
  DATABASE
}
