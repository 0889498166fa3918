package dev.sluice.proxy.client;

import dev.sluice.proxy.session.Bytes;

/** What the clients of one event loop share because only one of them runs at a time. */
public final class LoopResources {
  private static final int KEPT_SCRATCH = 64 * 1024;

  private final int index;
  private final Bytes text = new Bytes();
  private final Bytes name = new Bytes();
  private final ParameterReport parameterReport = new ParameterReport();

  public LoopResources(int index) {
    this.index = index;
  }

  public int index() {
    return index;
  }

  ParameterReport parameterReport() {
    return parameterReport;
  }

  /** For the text of a statement. */
  Bytes text() {
    text.trim(KEPT_SCRATCH);
    return text;
  }

  /** For the name of a statement. */
  Bytes name() {
    return name;
  }
}
