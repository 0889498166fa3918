package dev.sluice.config;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of a section that are written at one place, to be laid over what holds otherwise. */
public final class Overrides<R extends Record> {
  private final R defaults;
  private final Map<String, @Nullable Object> values;

  /**
   * @param defaults the section when none of its keys is written
   * @param values by record component; a section within the section is an {@code Overrides} itself
   */
  public Overrides(R defaults, Map<String, ? extends @Nullable Object> values) {
    this.defaults = defaults;
    this.values = new HashMap<>(values);
  }

  /** {@code base} with what is written here instead of its own values. */
  public R over(R base) {
    if (values.isEmpty()) {
      return base;
    }
    Class<R> type = Records.typeOf(defaults);
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] merged = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Object below = Records.get(components[i], base);
      merged[i] = values.containsKey(name) ? lay(values.get(name), below) : below;
    }
    return Records.create(type, merged);
  }

  private static @Nullable Object lay(@Nullable Object written, @Nullable Object below) {
    return written instanceof Overrides<?> section ? section.overAny(below) : written;
  }

  private Record overAny(@Nullable Object base) {
    return over(base == null ? defaults : Records.typeOf(defaults).cast(base));
  }

  /** The section with what is written here, and its defaults for the rest. */
  public R overDefaults() {
    return over(defaults);
  }

  /** What is written here laid over what is written in {@code lower}, key by key. */
  public Overrides<R> plus(Overrides<R> lower) {
    Map<String, @Nullable Object> merged = new HashMap<>(lower.values);
    values.forEach(
        (name, value) -> {
          if (value instanceof Overrides<?> upper && merged.get(name) instanceof Overrides<?> own) {
            merged.put(name, upper.plusAny(own));
          } else {
            merged.put(name, value);
          }
        });
    return new Overrides<>(defaults, merged);
  }

  @SuppressWarnings("unchecked") // both come from the same component of the same record type
  private Overrides<R> plusAny(Overrides<?> lower) {
    return plus((Overrides<R>) lower);
  }

  /**
   * The overrides within the section that is the component {@code name}; empty when it is not
   * written.
   */
  public <S extends Record> Overrides<S> section(String name, S sectionDefaults) {
    return values.get(name) instanceof Overrides<?> section
        ? new Overrides<>(sectionDefaults, section.values)
        : new Overrides<>(sectionDefaults, Map.of());
  }

  /** The names of the record components that are written here. */
  public Set<String> written() {
    return Set.copyOf(values.keySet());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Overrides<?> overrides
        && overrides.defaults.equals(defaults)
        && overrides.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
