package dev.sluice.config;

/** Which kind of node everything on a listener or database goes to. */
public enum Route {
  PRIMARY,
  REPLICA
}
