package dev.sluice.it.property;

import java.util.List;

/** Changes of the session that no statement names: in DO blocks, functions, computed calls. */
final class HiddenOperations {

  private HiddenOperations() {}

  static Operation next(Dice dice, Slot slot) {
    String value = dice.of("5MB", "6MB");
    return dice.of(
        List.of(
            Operation.of(
                Kind.DO_BLOCK,
                "do $$ begin perform set_config('work_mem', '%s', false); end $$".formatted(value)),
            Operation.of(
                Kind.DO_BLOCK,
                "do $do$ begin perform set_config('TimeZone', 'Asia/Tokyo', false); end $do$"),
            Operation.of(
                Kind.DO_BLOCK,
                "do $$ begin set work_mem = '%s'; perform 1 / 0; exception when others then null; end $$"
                    .formatted(value)),
            Operation.of(Kind.DO_BLOCK, "do $$ begin raise notice 'set work_mem = 1'; end $$"),
            Operation.of(Kind.FUNCTION, "select %s.with_set()".formatted(slot.schema())),
            Operation.of(Kind.FUNCTION, "select %s.say('hello')".formatted(slot.schema())),
            Operation.of(Kind.SHOW, "show work_mem"),
            Operation.of(Kind.SHOW, "select current_setting('TimeZone')")));
  }

  /** What a proxy that only reads statements cannot know of. */
  static Operation nextUnseen(Dice dice, Slot slot) {
    String value = dice.of("5MB", "6MB");
    return dice.of(
        List.of(
            Operation.of(
                Kind.HIDDEN_CHANGE,
                "select %s.hide('work_mem', '%s')".formatted(slot.schema(), value)),
            Operation.of(
                Kind.HIDDEN_CHANGE,
                "select set_config(n, v, false) from (values ('work_mem', '%s')) c (n, v)"
                    .formatted(value)),
            Operation.of(
                Kind.HIDDEN_CHANGE,
                "update pg_settings set setting = '9000' where name = 'work_mem'"),
            Operation.of(
                Kind.HIDDEN_CHANGE,
                "select %s.hide('TimeZone', 'Asia/Tokyo')".formatted(slot.schema())),
            Operation.of(Kind.SHOW, "show work_mem")));
  }
}
