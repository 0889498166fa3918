package dev.sluice.config.load;

import dev.sluice.config.Level;
import org.jspecify.annotations.Nullable;

/** What a key takes. */
sealed interface ValueType {
  /** What is valid, in words that continue "expected ...". */
  String what();

  /** A single value, read from its text. */
  record Scalar(String what, Parser parser, Kind kind) implements ValueType {
    Scalar(String what, Parser parser) {
      this(what, parser, Kind.PLAIN);
    }
  }

  /** Keys of its own, in braces. */
  record Section(Schema<?> schema) implements ValueType {
    @Override
    public String what() {
      return "a section { " + schema.fields().getFirst().name() + " = ... }";
    }
  }

  /** Values in brackets. */
  record ListOf(ValueType element) implements ValueType {
    @Override
    public String what() {
      return "a list in [ ], each " + element.what();
    }
  }

  /** A node: its address, or a section with it. */
  record NodeValue(Scalar address, Section section) implements ValueType {
    @Override
    public String what() {
      return address.what() + " or { host = ..., port = ..., role = ..., weight = ... }";
    }
  }

  /** Entries whose names the operator chooses. */
  record Named(Schema<?> schema, Level level) implements ValueType {
    @Override
    public String what() {
      return "a section { name { ... } }";
    }
  }

  /** What is special about a scalar. */
  enum Kind {
    PLAIN,
    /** Never shown. */
    SECRET,
    /** Names a file that must be readable. */
    FILE,
    /** Names a directory. */
    DIRECTORY
  }

  /** From text to value. */
  @FunctionalInterface
  interface Parser {
    Object parse(String text) throws InvalidValueException;
  }

  /** Whether values of this type must not be shown. */
  default boolean secret() {
    return this instanceof Scalar scalar && scalar.kind() == Kind.SECRET;
  }

  /** A value as it would be written, for people to read. */
  default String render(@Nullable Object value) {
    return secret() && value != null ? "***" : Rendering.of(value);
  }
}
