package dev.sluice.config.load;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.sluice.config.Level;
import dev.sluice.config.Node;
import dev.sluice.config.Overrides;
import dev.sluice.config.load.ValueType.Kind;
import dev.sluice.config.load.ValueType.ListOf;
import dev.sluice.config.load.ValueType.Named;
import dev.sluice.config.load.ValueType.NodeValue;
import dev.sluice.config.load.ValueType.Scalar;
import dev.sluice.config.load.ValueType.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what is written, section by section, and reports what does not fit the table of keys. */
final class SectionReader {
  private final Findings findings;
  private final Path baseDirectory;
  private final Map<String, Location> sources;

  /**
   * @param baseDirectory what relative paths are relative to
   * @param sources where each key is written, for values that come from elsewhere (the environment)
   */
  SectionReader(Findings findings, Path baseDirectory, Map<String, Location> sources) {
    this.findings = findings;
    this.baseDirectory = baseDirectory;
    this.sources = sources;
  }

  /**
   * The valid values of a section, by record component. A section within is an {@link Overrides}.
   */
  Map<String, @Nullable Object> read(
      ConfigObject section, Schema<?> schema, KeyPath path, Level level, Location at) {
    Map<String, @Nullable Object> values = new HashMap<>();
    section.forEach(
        (name, value) -> {
          KeyPath key = path.child(name);
          Location location = location(value, key, at);
          Field field = schema.field(name);
          if (field == null) {
            unknown(name, schema, key, path, level, location);
          } else if (!List.of(field.key().levels()).contains(level)) {
            findings.invalid(location, key.written(), notHere(field, key));
          } else if (value.valueType() == ConfigValueType.NULL) {
            if (field.nullable()) {
              findings.written(key.written(), location);
              values.put(field.component(), null);
            }
          } else {
            findings.written(key.written(), location);
            Object read = value(field.type(), value, key, level, location);
            if (field.nullable() && "".equals(read)) {
              String wrong = "is empty; leave it out, or write null, for none";
              findings.invalid(location, key.written(), wrong);
            } else if (read != null) {
              values.put(field.component(), read);
              use(field, read, key, location);
            }
          }
        });
    return values;
  }

  private void unknown(
      String name, Schema<?> schema, KeyPath key, KeyPath section, Level level, Location at) {
    KeyPath shown = section.unknown(name);
    if (!shown.equals(key)) {
      findings.invalid(at, shown.written(), "unknown key; valid is key = value");
      return;
    }
    List<String> siblings = schema.at(level).map(Field::name).toList();
    findings.invalid(at, key.written(), Suggestions.unknown(name, siblings, section));
    // It was probably meant, so nothing is asked of it as if it were absent.
    Suggestions.nearest(name, siblings)
        .ifPresent(meant -> findings.broken(section.child(meant).written()));
  }

  /** What to say of a key in a section for one database or user that does not hold for one. */
  private static String notHere(Field field, KeyPath key) {
    String global = key.table().replaceFirst("^(databases|users)\\.\\*\\.", "");
    String valid =
        Stream.of(field.key().levels())
            .map(
                level ->
                    switch (level) {
                      case GLOBAL -> global;
                      case DATABASE -> "databases.*." + global;
                      case USER -> "users.*." + global;
                    })
            .collect(Collectors.joining(" or "));
    return "cannot be set here; valid is " + valid;
  }

  private void use(Field field, Object value, KeyPath key, Location location) {
    if (field.type() instanceof Section && field.nullable()) {
      findings.use(key, location, "{ ... }"); // its presence says something, whatever is in it
    }
    boolean leaf = field.type() instanceof Scalar || field.type() instanceof ListOf;
    if (!leaf || Objects.equals(value, field.absent())) {
      return;
    }
    findings.use(key, location, field.render(value));
    if (value instanceof List<?> list && field.type() instanceof ListOf type) {
      for (int i = 0; i < list.size(); i++) {
        KeyPath item = key.item(i);
        Location where = findings.whereWritten(item.written());
        findings.use(item, where == null ? location : where, type.element().render(list.get(i)));
      }
    }
  }

  /** The value, or null when it is not valid, which is then reported. */
  @Nullable Object value(
      ValueType type, ConfigValue value, KeyPath key, Level level, Location location) {
    if (Unresolved.isMarked(value)) {
      findings.broken(key.written());
      return null;
    }
    return switch (type) {
      case Scalar scalar -> scalar(scalar, value, key, location);
      case Section section ->
          value instanceof ConfigObject object
              ? section(section.schema(), object, key, level, location)
              : wrongType(type, value, key, location);
      case ListOf list ->
          value instanceof ConfigList items
              ? list(list, items, key, level, location)
              : wrongType(type, value, key, location);
      case NodeValue node -> node(node, value, key, level, location);
      case Named named ->
          value instanceof ConfigObject object
              ? entries(named, object, key, location)
              : wrongType(type, value, key, location);
    };
  }

  private @Nullable Object scalar(Scalar type, ConfigValue value, KeyPath key, Location location) {
    boolean single =
        switch (value.valueType()) {
          case OBJECT, LIST, NULL -> false;
          case NUMBER, BOOLEAN, STRING -> true;
        };
    if (!single) {
      return wrongType(type, value, key, location);
    }
    String text = value.atKey("text").getString("text");
    try {
      if (text.indexOf('\0') >= 0) {
        throw new InvalidValueException("has a zero byte in it; valid is " + type.what());
      }
      Object parsed = type.parser().parse(text);
      if (parsed instanceof Path path && type.kind() != Kind.PLAIN) {
        Path resolved = baseDirectory.resolve(path);
        boolean directory = type.kind() == Kind.DIRECTORY;
        findings.file(new Findings.NamedFile(key.written(), resolved, directory, location));
        return resolved;
      }
      return parsed;
    } catch (InvalidValueException e) {
      findings.invalid(location, key.written(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private <R extends Record> Overrides<R> section(
      Schema<R> schema, ConfigObject object, KeyPath key, Level level, Location location) {
    return new Overrides<>(schema.defaults(), read(object, schema, key, level, location));
  }

  /** Null when one of its values is not valid: its indices would name the wrong ones. */
  private @Nullable List<Object> list(
      ListOf type, ConfigList items, KeyPath key, Level level, Location location) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      ConfigValue item = items.get(i);
      KeyPath itemKey = key.item(i);
      Location where = location(item, itemKey, location);
      findings.written(itemKey.written(), where);
      Object value =
          type.element() instanceof Section section && item instanceof ConfigObject object
              ? element(section.schema(), object, itemKey, level, where)
              : value(type.element(), item, itemKey, level, where);
      if (value != null) {
        values.add(value);
      }
    }
    return values.size() == items.size() ? List.copyOf(values) : null;
  }

  /** A section that stands for itself: nothing else supplies what it leaves out. */
  private <R extends Record> @Nullable R element(
      Schema<R> schema, ConfigObject object, KeyPath key, Level level, Location location) {
    Map<String, @Nullable Object> values = read(object, schema, key, level, location);
    for (Field field : schema.fields()) {
      if (field.required() && !values.containsKey(field.component())) {
        if (!object.containsKey(field.name())) {
          String what = field.name() + " is missing; valid is " + field.type().what();
          findings.invalid(location, key.written(), what);
        }
        return null;
      }
    }
    return schema.create(values);
  }

  private @Nullable Object node(
      NodeValue type, ConfigValue value, KeyPath key, Level level, Location location) {
    if (!(value instanceof ConfigObject object)) {
      return value instanceof ConfigList
          ? wrongType(type, value, key, location)
          : scalar(type.address(), value, key, location);
    }
    if (!(element(type.section().schema(), object, key, level, location)
        instanceof NodeKeys keys)) {
      return null;
    }
    if (!Addresses.isHost(keys.host())) {
      String host = key.child("host").written();
      Location where = findings.whereWritten(host);
      findings.invalid(where == null ? location : where, host, Addresses.notAHost(keys.host()));
      return null;
    }
    return new Node.Tcp(keys.host(), keys.port(), keys.role(), keys.weight());
  }

  private Map<String, Overrides<?>> entries(
      Named type, ConfigObject object, KeyPath path, Location at) {
    Map<String, Overrides<?>> entries = new LinkedHashMap<>();
    object.forEach(
        (name, value) -> {
          KeyPath key = path.entry(name);
          Location location = location(value, key, at);
          findings.written(key.written(), location);
          if (Unresolved.isMarked(value)) {
            findings.broken(key.written());
          } else if (value instanceof ConfigObject entry) {
            entries.put(name, section(type.schema(), entry, key, type.level(), location));
          } else {
            findings.invalid(
                location, key.written(), "is not a section; valid is { key = value ... }");
          }
        });
    return entries;
  }

  private @Nullable Object wrongType(
      ValueType type, ConfigValue value, KeyPath key, Location location) {
    String found =
        switch (value.valueType()) {
          case OBJECT -> "is a section";
          case LIST -> "is a list";
          case NULL -> "is null";
          case NUMBER, STRING, BOOLEAN -> "is a single value";
        };
    findings.invalid(location, key.written(), found + "; valid is " + type.what());
    return null;
  }

  private Location location(ConfigValue value, KeyPath key, Location parent) {
    Location source = sources.get(key.written());
    return Location.of(value.origin(), source == null ? parent : source);
  }
}
