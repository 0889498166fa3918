package dev.sluice.it.property;

import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a client.
 *
 * @param text how it stands in a printed script
 */
record Request(String text, FrontendMessage message) {

  static Request query(String sql) {
    return new Request("Q " + sql, FrontendMessage.query(sql));
  }

  static Request parse(String statement, String sql) {
    return new Request("P " + shown(statement) + " " + sql, FrontendMessage.parse(statement, sql));
  }

  static Request bind(String portal, String statement, @Nullable String... values) {
    return bind(portal, statement, List.of(), values);
  }

  static Request bindForBinary(String portal, String statement, @Nullable String... values) {
    return bind(portal, statement, List.of(1), values);
  }

  private static Request bind(
      String portal, String statement, List<Integer> formats, @Nullable String... values) {
    List<@Nullable Bytes> octets = new ArrayList<>();
    for (String value : values) {
      octets.add(value == null ? null : Bytes.of(value));
    }
    return new Request(
        "B %s %s %s%s"
            .formatted(
                shown(portal),
                shown(statement),
                Arrays.toString(values),
                formats.isEmpty() ? "" : " binary"),
        FrontendMessage.bind(portal, statement, List.of(), octets, formats));
  }

  static Request describeStatement(String name) {
    return new Request("D s " + shown(name), FrontendMessage.describeStatement(name));
  }

  static Request describePortal(String name) {
    return new Request("D p " + shown(name), FrontendMessage.describePortal(name));
  }

  static Request closeStatement(String name) {
    return new Request("C s " + shown(name), FrontendMessage.closeStatement(name));
  }

  static Request closePortal(String name) {
    return new Request("C p " + shown(name), FrontendMessage.closePortal(name));
  }

  static Request execute(String portal, int maxRows) {
    return new Request(
        "E " + shown(portal) + (maxRows == 0 ? "" : " " + maxRows),
        FrontendMessage.execute(portal, maxRows));
  }

  static Request sync() {
    return new Request("S", FrontendMessage.sync());
  }

  static Request flush() {
    return new Request("H", FrontendMessage.flush());
  }

  private static String shown(String name) {
    return name.isEmpty() ? "-" : name;
  }
}
