package dev.sluice.config.load;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Key;
import dev.sluice.config.Level;
import dev.sluice.config.Node;
import dev.sluice.config.Records;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.UserConfig;
import dev.sluice.config.load.ValueType.ListOf;
import dev.sluice.config.load.ValueType.Named;
import dev.sluice.config.load.ValueType.NodeValue;
import dev.sluice.config.load.ValueType.Scalar;
import dev.sluice.config.load.ValueType.Section;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of one section, from the annotated components of its record. */
record Schema<R extends Record>(Class<R> type, List<Field> fields) {
  /** The table of all keys: what may stand below {@code sluice}. */
  static final Schema<SluiceConfig> ROOT = of(SluiceConfig.class);

  static <R extends Record> Schema<R> of(Class<R> type) {
    List<Field> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      if (key != null) {
        fields.add(field(component, key));
      }
    }
    return new Schema<>(type, List.copyOf(fields));
  }

  /** The fields that may be written at {@code level}. */
  Stream<Field> at(Level level) {
    return fields.stream().filter(field -> List.of(field.key().levels()).contains(level));
  }

  /** The field that is written as {@code name}. */
  @Nullable Field field(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    return null;
  }

  /** The section when none of its keys is written. Only for sections without required keys. */
  R defaults() {
    return create(Map.of());
  }

  /** The section from what is written, by component, and defaults for the rest. */
  R create(Map<String, ? extends @Nullable Object> written) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      values[i] =
          written.containsKey(name)
              ? written.get(name)
              : fields.stream()
                  .filter(field -> field.component().equals(name))
                  .findFirst()
                  .map(Field::absent)
                  .orElse(null);
    }
    return Records.create(type, values);
  }

  private static Field field(RecordComponent component, Key key) {
    ValueType type = typeOf(component.getAnnotatedType(), key);
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    boolean required = key.absent().equals(Key.REQUIRED);
    return new Field(
        Field.nameOf(component.getName()),
        component.getName(),
        type,
        nullable,
        required,
        key,
        required ? null : absent(component, type, key));
  }

  private static ValueType typeOf(AnnotatedType annotated, Key key) {
    if (annotated instanceof AnnotatedParameterizedType generic) {
      AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
      if (arguments.length == 1) {
        return new ListOf(typeOf(arguments[0], key));
      }
      return entries(arguments[1].getType());
    }
    Class<?> type = (Class<?>) annotated.getType();
    if (type == Node.class) {
      return new NodeValue(
          new Scalar("\"host:port\", \"[IPv6]:port\" or \"unix:/path\"", Addresses::node),
          new Section(of(NodeKeys.class)));
    }
    return isSection(type) ? new Section(of(type.asSubclass(Record.class))) : Scalars.of(type, key);
  }

  /** Entries are written with other keys than the resolved records have. */
  private static Named entries(java.lang.reflect.Type resolved) {
    if (resolved == DatabaseConfig.class) {
      return new Named(of(DatabaseKeys.class), Level.DATABASE);
    } else if (resolved == UserConfig.class) {
      return new Named(of(UserKeys.class), Level.USER);
    }
    throw new IllegalArgumentException("no entries are " + resolved);
  }

  private static boolean isSection(Class<?> type) {
    if (!type.isRecord()) {
      return false;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.isAnnotationPresent(Key.class)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Object absent(RecordComponent component, ValueType type, Key key) {
    if (key.absent().equals("null")) {
      return null;
    } else if (type instanceof Section section) {
      return section.schema().defaults();
    } else if (type instanceof Named) {
      return Map.of();
    }
    ConfigValue written =
        ConfigFactory.parseString("absent = " + key.absent()).root().get("absent");
    Path nowhere = Path.of("");
    Findings findings = new Findings(nowhere);
    Object value =
        written == null
            ? null
            : new SectionReader(findings, nowhere, Map.of())
                .value(type, written, KeyPath.ROOT, Level.GLOBAL, findings.wholeFile());
    if (value == null) {
      throw new IllegalStateException(
          component + " has an invalid default: " + findings.problems());
    }
    return value;
  }
}
