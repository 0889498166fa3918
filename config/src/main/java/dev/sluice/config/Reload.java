package dev.sluice.config;

/** When a reload takes up the new value of a key. */
public enum Reload {
  /** At the reload: for what is running where that is possible, else for what starts after it. */
  LIVE,
  /** Only a restart takes it up; a reload that changes it says so. */
  RESTART
}
