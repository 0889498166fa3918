package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ChangeLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(ClusterMonitor.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final ChangeLog changes = new ChangeLog("app");
  private ClusterView last = new ClusterView(null, List.of(silent(NodeRecord.NOT_HEARD)), null);

  @BeforeEach
  void begin() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void end() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  private static NodeView silent(String reason) {
    return view(ServerRole.UNKNOWN, NodeState.DOWN, reason, null);
  }

  private static NodeView refused(String reason) {
    return view(
        ServerRole.UNKNOWN, NodeState.DOWN, reason, new ServerIdentity(1, 1, "127.0.0.1", 5432));
  }

  private static NodeView view(
      ServerRole role, NodeState state, String reason, @Nullable ServerIdentity identity) {
    return new NodeView(
        0,
        "db1:5432",
        role,
        state,
        reason,
        Reached.NOTHING,
        -1,
        1,
        0x16_0000_00A0L,
        false,
        identity,
        0,
        0);
  }

  private String next(NodeView view, @Nullable String alarm) {
    lines.list.clear();
    ClusterView after = new ClusterView(null, List.of(view), alarm);
    changes.changed(last, after);
    last = after;
    return String.join("\n", lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  @Test
  void eachChangeOnceWithItsReason() {
    assertTrue(next(silent("refuses"), null).endsWith("is unknown and down: refuses"));
    assertEquals("", next(silent("is slow"), null), "still silent");
    assertTrue(next(refused("is foreign"), null).endsWith("is unknown and down: is foreign"));
    assertEquals("", next(refused("is foreign"), null));
    NodeView up =
        view(ServerRole.REPLICA, NodeState.UP, "", new ServerIdentity(1, 1, "127.0.0.1", 5432));
    assertEquals(
        "app: server db1:5432 was unknown and down, is replica and up (timeline 1, at 16/A0)",
        next(up, null));
    assertEquals("", next(up, null));
  }

  @Test
  void alarmOnceAndItsEnd() {
    NodeView view = refused("is foreign");
    next(view, null);
    assertEquals("app: look at it", next(view, "look at it"));
    assertEquals("", next(view, "look at it"));
    assertEquals("app: the primary is beyond doubt again", next(view, null));
  }
}
