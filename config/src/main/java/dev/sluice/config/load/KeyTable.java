package dev.sluice.config.load;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Level;
import dev.sluice.config.Overrides;
import dev.sluice.config.Records;
import dev.sluice.config.Reload;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.UserConfig;
import dev.sluice.config.load.ValueType.ListOf;
import dev.sluice.config.load.ValueType.Named;
import dev.sluice.config.load.ValueType.NodeValue;
import dev.sluice.config.load.ValueType.Section;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of all keys, and the values that a configuration gives them. */
public final class KeyTable {
  private static final List<KeyDescription> KEYS = describe();
  private static final Schema<DatabaseKeys> DATABASE = Schema.of(DatabaseKeys.class);

  private KeyTable() {}

  /**
   * A key with the value that is in force.
   *
   * @param name the key where it is: {@code databases.app.pool.size}
   * @param key what the table says of it: {@code databases.*.pool.size}
   * @param value as it would be written; {@code ***} for a secret
   */
  public record KeyValue(String name, KeyDescription key, String value) {}

  /** Every key that can be written, sections before what is in them. */
  public static List<KeyDescription> keys() {
    return KEYS;
  }

  /** The configuration in which nothing is written. */
  public static SluiceConfig defaults() {
    return Schema.ROOT.defaults();
  }

  /**
   * The global keys with their values, in the order of the table; databases and users are not among
   * them.
   */
  public static List<KeyValue> values(SluiceConfig config) {
    List<KeyValue> values = new ArrayList<>();
    values(Schema.ROOT, Level.GLOBAL, config, KeyPath.ROOT, values);
    return List.copyOf(values);
  }

  /**
   * What holds for each database, the fallback last: every key that may be written for one, with
   * the value that results from the database itself, what it is like, and the global sections.
   */
  public static List<KeyValue> databaseValues(SluiceConfig config) {
    List<KeyValue> values = new ArrayList<>();
    config.databases().values().forEach(database -> databaseValues(database, values));
    DatabaseConfig fallback = config.fallback();
    if (fallback != null) {
      databaseValues(fallback, values);
    }
    return List.copyOf(values);
  }

  private static void databaseValues(DatabaseConfig database, List<KeyValue> values) {
    KeyPath entry = KeyPath.ROOT.child("databases").entry(database.name());
    values(DATABASE, Level.DATABASE, database, entry, values);
  }

  /** What is written for users; what is not is the database's. */
  public static List<KeyValue> userValues(SluiceConfig config) {
    List<KeyValue> values = new ArrayList<>();
    for (UserConfig user : config.users().values()) {
      KeyPath entry = KeyPath.ROOT.child("users").entry(user.name());
      written("pool", user.pool(), entry, values);
      written("client", user.client(), entry, values);
    }
    return List.copyOf(values);
  }

  private static void written(
      String name, Overrides<?> overrides, KeyPath entry, List<KeyValue> values) {
    Record section = overrides.overDefaults();
    Set<String> written = overrides.written();
    Schema.of(section.getClass())
        .at(Level.USER)
        .filter(field -> written.contains(field.component()))
        .forEach(field -> value(field, Level.USER, section, entry.child(name), values));
  }

  private static void values(
      Schema<?> schema, Level level, Record section, KeyPath path, List<KeyValue> values) {
    schema.at(level).forEach(field -> value(field, level, section, path, values));
  }

  private static void value(
      Field field, Level level, Record section, KeyPath path, List<KeyValue> values) {
    RecordComponent component = component(section, field);
    if (component == null || field.type() instanceof Named) {
      return;
    }
    KeyPath key = path.child(field.name());
    Object value = Records.get(component, section);
    if (field.type() instanceof Section nested && value instanceof Record record) {
      values(nested.schema(), level, record, key, values);
    } else {
      values.add(new KeyValue(key.written(), description(field, key), field.render(value)));
    }
  }

  /** Null for a key that is resolved away, such as {@code like}. */
  private static @Nullable RecordComponent component(Record section, Field field) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      if (component.getName().equals(field.component())) {
        return component;
      }
    }
    return null;
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
