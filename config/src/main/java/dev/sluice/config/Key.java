package dev.sluice.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a record component a key of the configuration. The key's name is the component's in kebab
 * case, its type the component's; a component that is {@code @Nullable} takes {@code null}. The
 * annotated components together are the only table of keys: reading, defaults, suggestions for
 * misspelt keys, SHOW CONFIG and the reload policy all come from it.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {
  /** Stands in {@link #absent} for a key that has no default and must be written. */
  String REQUIRED = "<required>";

  /** Stands in {@link #absent} for a section: what its own keys mean when they are absent. */
  String SECTION = "<section>";

  /** What an absent key means, as it would be written in the file. */
  String absent();

  /** One line for the operator: what the key does. */
  String doc();

  /**
   * The least valid value, as it would be written. Numbers, durations and sizes are never below
   * zero.
   */
  String min() default "0";

  /** The greatest valid value, as it would be written; empty for no limit beyond the type's. */
  String max() default "";

  /** The word that is written for zero, such as {@code auto}; empty for none. */
  String zero() default "";

  /** The words of an enum that this key takes; empty for all of them. */
  String[] words() default {};

  /**
   * Whether a path is that of a directory that must be writable, rather than of a file that must be
   * readable.
   */
  boolean directory() default false;

  /** When a reload takes a new value up. */
  Reload reload() default Reload.LIVE;

  /** Where the key may be written when its section can be overridden for a database or a user. */
  Level[] levels() default {Level.GLOBAL, Level.DATABASE, Level.USER};
}
