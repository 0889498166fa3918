package dev.sluice.config;

/** A text that must not appear in logs, errors, the console or a heap of {@code toString} calls. */
public final class Secret {
  private static final String HIDDEN = "***";

  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The secret itself, for the one place that proves it to a server. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
