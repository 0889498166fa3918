package dev.sluice.it.differential;

/** Other clients of the same pool, who use it between the batches of a case. */
interface Neighbours extends AutoCloseable {

  /**
   * Called when the case's client owes and is owed nothing, so that its backend may go to somebody
   * else.
   */
  void use();

  @Override
  void close();

  /** Nobody. */
  static Neighbours none() {
    return new Neighbours() {
      @Override
      public void use() {}

      @Override
      public void close() {}
    };
  }
}
