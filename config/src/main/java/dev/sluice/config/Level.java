package dev.sluice.config;

/** Where a section that can be overridden is written; the later ones win. */
public enum Level {
  GLOBAL,
  DATABASE,
  USER
}
