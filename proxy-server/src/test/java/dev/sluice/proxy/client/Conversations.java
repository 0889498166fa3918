package dev.sluice.proxy.client;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Scripts of what clients send, and of which PostgreSQL's answers are known byte for byte. */
final class Conversations {
  private Conversations() {}

  static Map<String, byte[]> all() {
    return Map.ofEntries(
            Map.entry("simple", m().query("SELECT rows(2, 10)").query("UPDATE t").query("")),
            Map.entry(
                "several statements", m().query("SELECT 1; UPDATE t; SELECT fail(); SELECT 2")),
            Map.entry(
                "transaction",
                m().query("BEGIN")
                    .query("UPDATE t")
                    .query("SELECT fail()")
                    .query("SELECT 1")
                    .query("ROLLBACK")
                    .query("SELECT 1")),
            Map.entry(
                "extended",
                m().parse("", "SELECT rows(3, 7)")
                    .bind("", "", "x")
                    .describePortal("")
                    .execute("", 0)
                    .sync()
                    .parse("", "SELECT rows(5, 3)")
                    .describeStatement("")
                    .sync()
                    .bind("", "")
                    .execute("", 2)
                    .execute("", 2)
                    .execute("", 2)
                    .closePortal("")
                    .sync()),
            Map.entry(
                "named",
                m().parse("a", "SELECT rows(1, 4)")
                    .sync()
                    .bind("", "a")
                    .execute("", 0)
                    .sync()
                    .parse("b", "UPDATE t")
                    .describeStatement("b")
                    .bind("p", "b")
                    .execute("p", 0)
                    .flush()
                    .bind("p2", "a")
                    .execute("p2", 0)
                    .closeStatement("a")
                    .closeStatement("b")
                    .sync()
                    .bind("", "a")
                    .execute("", 0)
                    .sync()
                    .parse("a", "SELECT 1")
                    .sync()
                    .parse("a", "SELECT 2")
                    .sync()
                    .closeStatement("nothing")
                    .sync()),
            Map.entry(
                "the same text under two names",
                m().parse("a", "SELECT rows(1, 4)")
                    .parse("b", "SELECT rows(1, 4)")
                    .bind("", "a")
                    .execute("", 0)
                    .closeStatement("a")
                    .bind("", "b")
                    .execute("", 0)
                    .sync()
                    .bind("", "b")
                    .execute("", 0)
                    .sync()),
            Map.entry(
                "errors in a pipeline",
                m().parse("ok", "SELECT 1")
                    .parse("", "SYNTAX")
                    .bind("", "")
                    .execute("", 0)
                    .query("SELECT skipped")
                    .sync()
                    .parse("ok", "SELECT 1")
                    .bind("", "ok")
                    .execute("", 0)
                    .parse("", "SELECT fail()")
                    .bind("", "")
                    .execute("", 0)
                    .parse("later", "SELECT 1")
                    .closeStatement("ok")
                    .sync()
                    .bind("", "later")
                    .sync()
                    .bind("", "ok")
                    .execute("", 0)
                    .sync()),
            Map.entry(
                "error in a block",
                m().query("BEGIN")
                    .parse("", "SELECT fail()")
                    .bind("", "")
                    .execute("", 0)
                    .sync()
                    .parse("x", "SELECT 1")
                    .sync()
                    .parse("", "ROLLBACK")
                    .bind("", "")
                    .execute("", 0)
                    .sync()),
            Map.entry(
                "copy in",
                m().query("COPY t FROM STDIN")
                    .copyData("1\n")
                    .copyData("a longer line\n")
                    .copyDone()
                    .query("SELECT 1")),
            Map.entry(
                "copy in, extended",
                m().parse("", "COPY t FROM STDIN")
                    .bind("", "")
                    .execute("", 0)
                    .sync()
                    .copyData("1\n")
                    .copyData("2\n")
                    .copyDone()
                    .sync()
                    .query("SELECT 1")),
            Map.entry(
                "copy in, refused",
                m().query("COPY t FROM STDIN")
                    .copyData("1\n")
                    .copyFail("no more")
                    .query("SELECT 1")
                    .query("SELECT fail()")
                    .copyData("late\n")
                    .copyDone()
                    .query("SELECT 1")),
            Map.entry("copy out", m().query("COPY (rows(3, 9)) TO STDOUT").query("SELECT 1")),
            Map.entry("function call", m().functionCall().query("SELECT 1")),
            Map.entry("notices", m().query("SELECT notice()").query("SELECT 1")),
            Map.entry(
                "settings",
                m().query("SET TimeZone TO 'Asia/Tokyo'")
                    .query("SELECT 1")
                    .query("BEGIN")
                    .query("SET TimeZone TO 'Europe/Paris'")
                    .query("ROLLBACK")
                    .query("SELECT 1")
                    .query("SET TimeZone TO 'Europe/Paris'")
                    .query("SELECT 1")),
            Map.entry(
                "SQL that names statements",
                m().parse("a", "SELECT rows(1, 4)")
                    .sync()
                    .query("EXECUTE a")
                    .query("EXECUTE nobody")
                    .query("DEALLOCATE a")
                    .query("EXECUTE a")
                    .parse("a", "SELECT rows(2, 2)")
                    .parse("b", "UPDATE t")
                    .sync()
                    .parse("", "EXECUTE a")
                    .bind("", "")
                    .execute("", 0)
                    .sync()
                    .query("DEALLOCATE ALL")
                    .bind("", "b")
                    .sync()
                    .query("SELECT 1")),
            Map.entry(
                "unnamed statement",
                m().parse("", "SELECT rows(1, 6)")
                    .sync()
                    .bind("", "")
                    .execute("", 0)
                    .sync()
                    .query("SELECT 1")
                    .bind("", "")
                    .sync()
                    .parse("", "SELECT 1")
                    .closeStatement("")
                    .bind("", "")
                    .sync()
                    .parse("", "SELECT 1")
                    .parse("", "SYNTAX")
                    .sync()
                    .bind("", "")
                    .sync()),
            Map.entry(
                "an unnamed statement that stays behind a skipped one",
                m().parse("", "SELECT fail()")
                    .bind("", "")
                    .execute("", 0)
                    .parse("", "SELECT 1")
                    .bind("", "")
                    .execute("", 0)
                    .query("SELECT 1")
                    .sync()),
            Map.entry(
                "no unnamed statement", m().query("SELECT 1").bind("", "").execute("", 0).sync()),
            Map.entry("nothing", m().sync().flush().sync()))
        .entrySet()
        .stream()
        .collect(
            Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().bytes()));
  }

  static byte[] named(String name) {
    return Objects.requireNonNull(all().get(name), name);
  }

  /** Those that leave no statement behind, so that one can follow the other. */
  static Map<String, byte[]> independent() {
    byte[] tidy = m().query("DEALLOCATE ALL").bytes();
    return all().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, entry -> concat(entry.getValue(), tidy)));
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static Messages m() {
    return new Messages();
  }
}
