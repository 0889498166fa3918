package dev.sluice.config;

/** A share in whole percent, 0 to 100. */
public record Percentage(int percent) {
  public Percentage {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("a share is from 0 to 100 percent: " + percent);
    }
  }

  /** This share of {@code whole}, rounded down. */
  public int of(int whole) {
    return (int) ((long) whole * percent / 100);
  }

  @Override
  public String toString() {
    return percent + "%";
  }
}
