package dev.sluice.it.property;

import java.util.ArrayList;
import java.util.List;

/** SET and its relatives, valid and invalid, and statements whose answers depend on them. */
final class SettingOperations {
  /** A parameter with values as SQL writes them; the last ones are invalid. */
  private record Parameter(String name, List<String> values, List<String> invalid) {}

  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter(
              "TimeZone",
              List.of("'UTC'", "'Asia/Tokyo'", "'america/new_york'", "'+3'", "'Europe/Berlin'"),
              List.of("'Mars/Olympus'", "''")),
          new Parameter(
              "DateStyle",
              List.of("'ISO, DMY'", "German", "'SQL, MDY'", "Postgres, YMD", "'iso'", "dmy"),
              List.of("'Klingon'", "'ISO, German'")),
          new Parameter(
              "IntervalStyle", List.of("iso_8601", "postgres", "sql_standard"), List.of("x")),
          new Parameter(
              "application_name",
              List.of("'one'", "'Two'", "'two'", "''", "'it''s'", "'back\\slash'"),
              List.of("work, mem")),
          new Parameter(
              "client_encoding",
              List.of("'UTF8'", "'LATIN1'", "utf8", "WIN1252"),
              List.of("'MARS'")),
          new Parameter(
              "work_mem",
              List.of("'5MB'", "'6144kB'", "777", "'7MB'"),
              List.of("'1'", "'lots'", "-1")),
          new Parameter(
              "statement_timeout",
              List.of("0", "'90s'", "61000", "'2min'"),
              List.of("'soon'", "-5")),
          new Parameter("extra_float_digits", List.of("0", "1", "-15", "3"), List.of("4", "'x'")),
          new Parameter("lock_timeout", List.of("0", "'95s'", "62000"), List.of("'never'")),
          new Parameter("bytea_output", List.of("hex", "'escape'"), List.of("octal")),
          new Parameter("standard_conforming_strings", List.of("on", "off"), List.of("maybe")),
          new Parameter(
              "default_transaction_isolation",
              List.of("'serializable'", "'repeatable read'", "'read committed'"),
              List.of("'none'")),
          new Parameter(
              "default_transaction_read_only", List.of("on", "off", "true", "'no'"), List.of("2")),
          new Parameter(
              "app.user", List.of("'ann'", "'bob'", "'Bob'", "''", "'O''Hara'", "carl"), List.of()),
          new Parameter(
              "search_path",
              List.of("public", "\"$user\", public", "''", "pg_catalog"),
              List.of("'a', \"")),
          new Parameter("no_such_parameter", List.of("1"), List.of("1")));

  private SettingOperations() {}

  static Operation next(Dice dice, Slot slot) {
    return switch (dice.weighted(List.of(28, 10, 10, 3, 12, 16, 8, 14, 6))) {
      case 0 -> set(dice, slot);
      case 1 -> setLocal(dice, slot);
      case 2 -> reset(dice);
      case 3 -> characteristics(dice);
      case 4 -> setConfig(dice, slot);
      case 5 -> show(dice);
      case 6 -> invalid(dice);
      case 7 -> underSettings(dice, slot);
      default -> searchPath(dice, slot);
    };
  }

  /** A parameter's name and one of its values as SQL writes it. */
  private static String assignment(Dice dice, Slot slot) {
    if (dice.percent(20)) {
      return "search_path " + dice.of("to", "=") + " " + path(dice, slot);
    }
    Parameter parameter = dice.of(PARAMETERS);
    String value = dice.percent(6) ? "default" : dice.of(parameter.values());
    return name(dice, parameter) + dice.of(" to ", " = ", "=") + value;
  }

  private static String name(Dice dice, Parameter parameter) {
    return dice.percent(15)
        ? parameter.name().toUpperCase(java.util.Locale.ROOT)
        : parameter.name();
  }

  private static String path(Dice dice, Slot slot) {
    return dice.of(
        slot.schema(),
        slot.otherSchema(),
        slot.schema() + ", public",
        "\"$user\", " + slot.otherSchema(),
        slot.otherSchema() + ", " + slot.schema(),
        "'" + slot.schema() + "'");
  }

  static Operation set(Dice dice, Slot slot) {
    String special =
        dice.percent(12)
            ? dice.of(
                "set time zone 'Asia/Tokyo'",
                "set time zone local",
                "set time zone interval '+02:00' hour to minute",
                "set names 'LATIN1'",
                "set names",
                "set schema 'public'",
                "set session work_mem = '5MB'",
                "SET /* a comment */ work_mem -- and another\n = '6MB'",
                "set xml option document")
            : "set " + assignment(dice, slot);
    return Operation.of(Kind.SET, special);
  }

  private static Operation setLocal(Dice dice, Slot slot) {
    return Operation.of(Kind.SET_LOCAL, "set local " + assignment(dice, slot));
  }

  private static Operation reset(Dice dice) {
    if (dice.percent(25)) {
      return Operation.of(Kind.RESET, "reset all");
    }
    String name = dice.of(PARAMETERS).name();
    return Operation.of(
        Kind.RESET, dice.percent(20) ? "set " + name + " to default" : "reset " + name);
  }

  private static Operation characteristics(Dice dice) {
    return Operation.of(
        Kind.SESSION_CHARACTERISTICS,
        "set session characteristics as transaction "
            + dice.of(
                "read only",
                "read write",
                "isolation level serializable",
                "isolation level read committed, read only",
                "isolation level none"));
  }

  private static Operation setConfig(Dice dice, Slot slot) {
    String name = dice.of(PARAMETERS).name();
    String value =
        name.equals("search_path")
            ? dice.of(slot.schema(), slot.otherSchema() + ", public", "")
            : plain(
                dice.of(
                    dice.of(PARAMETERS.stream().filter(p -> p.name().equals(name)).toList())
                        .values()));
    String call =
        "set_config('%s', '%s', %s)".formatted(name, value, dice.of("false", "false", "true"));
    return Operation.of(
        Kind.SET_CONFIG,
        dice.of("select " + call, "select pg_catalog." + call, "select 1, " + call + " as two"));
  }

  /** What a value is once SQL has read it, ready to stand between quotes. */
  private static String plain(String value) {
    return value.startsWith("'") ? value.substring(1, value.length() - 1) : value.replace("\"", "");
  }

  private static Operation show(Dice dice) {
    String name = dice.of(PARAMETERS).name();
    if (name.equals("app.user")) {
      // That it is known at all outlives whoever set it first: a backend that was used before says
      // '' where a new one raises an error.
      return Operation.of(
          Kind.SHOW,
          "select coalesce(nullif(current_setting('app.user', true), ''), 'none') as who");
    }
    return Operation.of(
        Kind.SHOW,
        dice.of(
            "show " + name,
            "select current_setting('" + name + "')",
            "select setting from pg_settings where name = '" + name + "'"));
  }

  private static Operation invalid(Dice dice) {
    List<Parameter> some = new ArrayList<>(PARAMETERS);
    some.removeIf(parameter -> parameter.invalid().isEmpty());
    Parameter parameter = dice.of(some);
    return Operation.of(
        Kind.INVALID_VALUE,
        "set "
            + (dice.percent(25) ? "local " : "")
            + parameter.name()
            + " = "
            + dice.of(parameter.invalid()));
  }

  private static Operation underSettings(Dice dice, Slot slot) {
    return Operation.of(
        Kind.LITERAL_UNDER_SETTINGS,
        dice.of(
            "select timestamptz '2024-01-02 03:04+00' as at, date '2024-03-01' as day",
            "select concat('01/02/', '2024')::date + 1 as day",
            // Not a constant, which PostgreSQL folds in under the zone of the Parse.
            "select timestamp '2024-06-01 12:00'::timestamptz = '2024-06-01 12:00+00' as same",
            "select interval '1 day 02:03:04' as span",
            "select 0.1::float4 + 0.2::float4 as f4, 0.1::float8 + 0.2::float8 as f8",
            "select '\\x00ff41'::bytea as octets",
            "select chr(233) || 't' || chr(233) as summer",
            "select chr(8364) as euro",
            "select 'a\\\\b' as path",
            "select 'it\\'s; set work_mem to 777; '",
            "insert into " + slot.schema() + ".items values (7, 'under settings')",
            "select count(*) from items",
            "select id, tag from items order by id, tag"));
  }

  private static Operation searchPath(Dice dice, Slot slot) {
    return Operation.of(Kind.TENANT, "set search_path to " + path(dice, slot));
  }
}
