package dev.sluice.config.load;

import dev.sluice.config.Level;
import dev.sluice.config.Records;
import dev.sluice.config.Reload;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.ValueType.ListOf;
import dev.sluice.config.load.ValueType.Named;
import dev.sluice.config.load.ValueType.NodeValue;
import dev.sluice.config.load.ValueType.Section;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of all keys, and the values that a configuration gives them. */
public final class KeyTable {
  private static final List<KeyDescription> KEYS = describe();

  private KeyTable() {}

  /**
   * A key with the value that is in force.
   *
   * @param value as it would be written; {@code ***} for a secret
   */
  public record KeyValue(KeyDescription key, String value) {}

  /** Every key that can be written, sections before what is in them. */
  public static List<KeyDescription> keys() {
    return KEYS;
  }

  /**
   * The global keys with their values, in the order of the table; databases and users are not among
   * them.
   */
  public static List<KeyValue> values(SluiceConfig config) {
    List<KeyValue> values = new ArrayList<>();
    values(Schema.ROOT, config, KeyPath.ROOT, values);
    return List.copyOf(values);
  }

  private static void values(
      Schema<?> schema, Record section, KeyPath path, List<KeyValue> values) {
    for (Field field : schema.fields()) {
      KeyPath key = path.child(field.name());
      Object value = valueOf(section, field);
      if (field.type() instanceof Section nested && value instanceof Record record) {
        values(nested.schema(), record, key, values);
      } else if (!(field.type() instanceof Named)) {
        values.add(new KeyValue(description(field, key), field.render(value)));
      }
    }
  }

  private static @Nullable Object valueOf(Record section, Field field) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      if (component.getName().equals(field.component())) {
        return Records.get(component, section);
      }
    }
    throw new IllegalStateException(section.getClass() + " has no " + field.component());
  }

  private static List<KeyDescription> describe() {
    List<KeyDescription> keys = new ArrayList<>();
    describe(Schema.ROOT, KeyPath.ROOT, Level.GLOBAL, keys);
    return List.copyOf(keys);
  }

  private static void describe(
      Schema<?> schema, KeyPath path, Level level, List<KeyDescription> keys) {
    for (Field field : schema.at(level).toList()) {
      KeyPath key = path.child(field.name());
      keys.add(description(field, key));
      switch (field.type()) {
        case Section section -> describe(section.schema(), key, level, keys);
        case Named named -> describe(named.schema(), key.entry("*"), named.level(), keys);
        case ListOf(Section section) -> describe(section.schema(), key.item(0), level, keys);
        case ListOf(NodeValue node) -> describe(node.section().schema(), key.item(0), level, keys);
        case ListOf ignored -> {}
        case NodeValue ignored -> {}
        case ValueType.Scalar ignored -> {}
      }
    }
  }

  private static KeyDescription description(Field field, KeyPath key) {
    boolean section = field.type() instanceof Section || field.type() instanceof Named;
    boolean none = field.required() || (section && !field.nullable());
    String absent = none ? "" : field.render(field.absent());
    Reload reload = field.key().reload();
    return new KeyDescription(key.table(), field.type().what(), absent, reload, field.key().doc());
  }
}
