package dev.sluice.proxy.backend;

/** A change that Sluice made in its books when a message was sent, should PostgreSQL skip it. */
@FunctionalInterface
public interface Undoable {
  /**
   * @param failed true if the message itself failed, false if PostgreSQL never looked at it
   */
  void undo(boolean failed);

  /** PostgreSQL has carried it out. */
  default void done() {}
}
