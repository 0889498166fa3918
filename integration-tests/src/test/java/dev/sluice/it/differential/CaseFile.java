package dev.sluice.it.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads cases from a text file. A line is:
 *
 * <pre>
 * # comment
 * == name @session @pg18       a new case; only in session mode; only from PostgreSQL 18 on
 * == name @pins                a case that keeps its backend: not run where others need the same one
 * == name @open                a case that is known to differ: listed in ALLOWED-DIFFERENCES.md, not run
 * ssl | gss                    asks for encryption
 * login name=value ...         logs in with these; protocol=3.2, user=, database=, password= are special,
 *                              database=- leaves it out. Without this line the case is logged in already.
 * Q sql                        lines that begin with two spaces continue a message
 * P statement oids sql         {@code -} is the unnamed statement, and no types
 * B portal statement [in=formats] [out=formats] values
 * D s|p name, C s|p name, E portal [rows], S, H, X
 * F oid [in=formats] [out=format] values
 * d text (with \t \n \\), c, f reason
 * raw tag hex                  a message with any body
 * bytes hex                    octets without a frame
 * &lt; tag                        reads up to and with this message
 * &lt; end                        reads until the server closes
 * cancel text                  cancels once the server sleeps in a statement with this text
 * (an empty line)              ends a batch: it is sent in one write, then as many ReadyForQuery are read as it has Q, S and F
 *                              since its last "&lt;"
 * </pre>
 *
 * {@code {{a*1000}}} stands for a thousand times {@code a}.
 */
final class CaseFile {
  /** Whom and where a case without a login line of its own is logged in. */
  static final Login DEFAULT_LOGIN = Login.of("suite", "suite");

  private final String file;
  private final String topic;
  private final List<Case> cases = new ArrayList<>();
  private String header = "";
  private List<Step> steps = new ArrayList<>();
  private List<FrontendMessage> batch = new ArrayList<>();
  private boolean fresh = true;
  private int ready;

  private CaseFile(String file) {
    this.file = file;
    this.topic = file.replaceFirst("\\.cases$", ": ");
  }

  /** The cases of a file beside this class. */
  static List<Case> read(String file) {
    try (InputStream in = CaseFile.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + file);
      }
      return parse(file, new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Case> parse(String file, String text) {
    CaseFile reader = new CaseFile(file);
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; ) {
      int number = i + 1;
      StringBuilder message = new StringBuilder(lines[i++]);
      while (i < lines.length && lines[i].startsWith("  ")) {
        message.append('\n').append(lines[i++].substring(2));
      }
      try {
        reader.line(message.toString());
      } catch (RuntimeException e) {
        throw new IllegalArgumentException(file + ":" + number + ": " + message, e);
      }
    }
    reader.endCase();
    return reader.cases;
  }

  private void line(String line) {
    if (line.startsWith("#")) {
      return;
    }
    if (line.startsWith("==")) {
      endCase();
      header = line.substring(2).strip();
    } else if (line.isBlank()) {
      endBatch();
    } else if (header.isEmpty()) {
      throw new IllegalArgumentException("before the first case");
    } else {
      int space = line.indexOf(' ');
      String verb = space < 0 ? line : line.substring(0, space);
      step(verb, space < 0 ? "" : line.substring(space + 1));
    }
  }

  private void step(String verb, String rest) {
    switch (verb) {
      case "ssl" -> add(new Step.AskEncryption(FrontendMessage.sslRequest()));
      case "gss" -> add(new Step.AskEncryption(FrontendMessage.gssEncRequest()));
      case "login" -> add(new Step.LogIn(login(new Words(rest))));
      case "<" -> await(rest);
      case "cancel" -> add(new Step.CancelSleeping(rest));
      case "Q", "S", "F" -> {
        ready++;
        batch.add(message(verb, rest));
      }
      default -> batch.add(message(verb, rest));
    }
  }

  private static FrontendMessage message(String verb, String rest) {
    Words words = new Words(verb.equals("P") || verb.equals("d") || verb.equals("Q") ? "" : rest);
    return switch (verb) {
      case "Q" -> FrontendMessage.query(Words.expand(rest));
      case "P" -> parse(rest.split(" ", 3));
      case "B" -> bind(words);
      case "D" ->
          words.next().equals("s")
              ? FrontendMessage.describeStatement(words.name())
              : FrontendMessage.describePortal(words.name());
      case "C" ->
          words.next().equals("s")
              ? FrontendMessage.closeStatement(words.name())
              : FrontendMessage.closePortal(words.name());
      case "E" ->
          FrontendMessage.execute(words.name(), words.more() ? Integer.parseInt(words.next()) : 0);
      case "S" -> FrontendMessage.sync();
      case "H" -> FrontendMessage.flush();
      case "X" -> FrontendMessage.terminate();
      case "F" -> functionCall(words);
      case "d" -> FrontendMessage.copyData(Bytes.of(Words.expand(unescaped(rest))));
      case "c" -> FrontendMessage.copyDone();
      case "f" -> FrontendMessage.copyFail(rest);
      case "raw" -> FrontendMessage.raw(words.next().charAt(0), hex(words));
      case "bytes" -> FrontendMessage.unframed(hex(words));
      default -> throw new IllegalArgumentException("unknown verb " + verb);
    };
  }

  private static Bytes hex(Words words) {
    StringBuilder hex = new StringBuilder();
    while (words.more()) {
      hex.append(words.next());
    }
    return Bytes.ofHex(hex.toString());
  }

  private static FrontendMessage parse(String[] parts) {
    int[] types = Words.integers(parts[1]).stream().mapToInt(Integer::intValue).toArray();
    String sql = parts.length < 3 ? "" : Words.expand(parts[2]);
    return FrontendMessage.parse(parts[0].equals("-") ? "" : parts[0], sql, types);
  }

  private static FrontendMessage bind(Words words) {
    String portal = words.name();
    String statement = words.name();
    List<Integer> in = words.numbers("in").orElse(List.of());
    List<Integer> out = words.numbers("out").orElse(List.of());
    return FrontendMessage.bind(portal, statement, in, words.values(), out);
  }

  private static FrontendMessage functionCall(Words words) {
    int oid = Integer.parseInt(words.next());
    List<Integer> in = words.numbers("in").orElse(List.of());
    int out = words.numbers("out").map(List::getFirst).orElse(0);
    return FrontendMessage.functionCall(oid, in, words.values(), out);
  }

  private static Login login(Words words) {
    Login login = DEFAULT_LOGIN;
    while (words.more()) {
      String word = words.next();
      int equals = word.indexOf('=');
      String name = word.substring(0, equals);
      String value = Words.expand(word.substring(equals + 1));
      login =
          switch (name) {
            case "user" -> login.withUser(value);
            case "password" -> login.withPassword(value);
            case "protocol" -> login.withProtocol(protocol(value));
            case "database" ->
                value.equals("-")
                    ? new Login(
                        login.user(),
                        Optional.empty(),
                        login.password(),
                        login.parameters(),
                        login.protocol())
                    : login.withDatabase(value);
            default -> login.with(name, value);
          };
    }
    return login;
  }

  private static int protocol(String version) {
    int dot = version.indexOf('.');
    return Integer.parseInt(version.substring(0, dot)) << 16
        | Integer.parseInt(version.substring(dot + 1));
  }

  private static String unescaped(String text) {
    return text.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\0", "\\");
  }

  private void await(String what) {
    flush();
    ready = 0;
    if (what.equals("end")) {
      steps.add(new Step.ReadEnd());
    } else if (what.length() == 1) {
      steps.add(new Step.ReadTo(what.charAt(0)));
    } else {
      throw new IllegalArgumentException("read what?");
    }
  }

  private void add(Step step) {
    flush();
    steps.add(step);
  }

  private void flush() {
    if (!batch.isEmpty()) {
      steps.add(new Step.Send(batch, fresh));
      batch = new ArrayList<>();
      fresh = false;
    }
  }

  private void endBatch() {
    flush();
    if (ready > 0) {
      steps.add(new Step.ReadReady(ready));
    }
    ready = 0;
    fresh = true;
  }

  private void endCase() {
    endBatch();
    if (header.isEmpty()) {
      return;
    }
    String[] parts = header.split(" @", -1);
    boolean session = false;
    boolean pins = false;
    boolean open = false;
    int version = 0;
    for (int i = 1; i < parts.length; i++) {
      String mark = parts[i].strip();
      if (mark.equals("session")) {
        session = true;
      } else if (mark.equals("pins")) {
        pins = true;
      } else if (mark.equals("open")) {
        open = true;
      } else if (mark.startsWith("pg")) {
        version = Integer.parseInt(mark.substring(2));
      } else {
        throw new IllegalArgumentException("unknown mark " + mark);
      }
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(file + ": case " + header + " does nothing");
    }
    if (!open) {
      cases.add(new Case(topic + parts[0].strip(), session, pins, version, steps));
    }
    steps = new ArrayList<>();
    header = "";
  }
}
