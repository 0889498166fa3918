package dev.sluice.it.drivers;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that are not written in Java, by scripts of their own language. */
@ExtendWith(StageExtension.class)
class ScriptsIT {

  private final Stage stage;

  ScriptsIT(Stage stage) {
    this.stage = stage;
  }

  static Stream<Arguments> scripts() {
    return Stream.of(Script.values())
        .filter(script -> script != Script.PG_DUMP)
        .flatMap(
            script ->
                Stream.of(PoolMode.values())
                    .map(mode -> Arguments.argumentSet(script + " in " + mode, script, mode)));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void script(Script script, PoolMode mode) throws Exception {
    BackendWatch watch = BackendWatch.on(stage, mode.database());
    script.run(stage.proxy(mode), mode.word());
    watch.assertNeverMoreThan(PoolMode.POOL_SIZE);
  }

  @Test
  void dumpAndRestore() throws Exception {
    BackendWatch watch = BackendWatch.on(stage, Stage.DUMP);
    Script.PG_DUMP.run(stage.proxy(Stage.DUMP), PoolMode.SESSION.word());
    watch.assertNeverMoreThan(PoolMode.POOL_SIZE);
  }
}
