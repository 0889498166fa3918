package dev.sluice.it.differential;

import java.util.List;

/**
 * A scripted conversation that must read the same whoever is on the other side.
 *
 * @param session needs session state that outlives a transaction, so it runs in session mode only
 * @param pins keeps its backend between transactions in transaction mode too, so that nobody else
 *     can have it meanwhile
 * @param fromVersion the oldest major version of PostgreSQL that it is meant for
 */
record Case(String name, boolean session, boolean pins, int fromVersion, List<Step> steps) {

  /** Whether the case logs in itself, and so has the login in its transcript. */
  boolean logsIn() {
    return steps.stream()
        .anyMatch(step -> step instanceof Step.LogIn || step instanceof Step.AskEncryption);
  }

  @Override
  public String toString() {
    return name;
  }
}
