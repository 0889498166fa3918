package dev.sluice.protocol.message;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An ErrorResponse or NoticeResponse: the fields that Sluice raises itself or looks at in
 * PostgreSQL's (manual, "Error and Notice Message Fields"). PostgreSQL's own are relayed as they
 * came, with all their fields.
 *
 * @param sqlState five characters
 * @param routine the server's function that raised it, where it said so; never written
 */
public record ErrorMessage(
    Severity severity,
    String sqlState,
    String message,
    @Nullable String detail,
    @Nullable String hint,
    @Nullable String routine) {

  /** The routine that finds that a statement's result is no longer what it was. */
  public static final String PLAN_CHECK = "RevalidateCachedQuery";

  private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

  public ErrorMessage(
      Severity severity,
      String sqlState,
      String message,
      @Nullable String detail,
      @Nullable String hint) {
    this(severity, sqlState, message, detail, hint, null);
  }

  public static ErrorMessage error(SqlState sqlState, String message) {
    return of(Severity.ERROR, sqlState, message);
  }

  /** The connection is to be closed after it. */
  public static ErrorMessage fatal(SqlState sqlState, String message) {
    return of(Severity.FATAL, sqlState, message);
  }

  public static ErrorMessage of(Severity severity, SqlState sqlState, String message) {
    return new ErrorMessage(severity, sqlState.code(), message, null, null);
  }

  public ErrorMessage withSeverity(Severity severity) {
    return new ErrorMessage(severity, sqlState, message, detail, hint, routine);
  }

  public ErrorMessage withDetail(String detail) {
    return new ErrorMessage(severity, sqlState, message, detail, hint, routine);
  }

  public ErrorMessage withHint(String hint) {
    return new ErrorMessage(severity, sqlState, message, detail, hint, routine);
  }

  public ErrorMessage withSqlState(SqlState state) {
    return new ErrorMessage(severity, state.code(), message, detail, hint, routine);
  }

  /**
   * PostgreSQL's "cached plan must not change result type": told by the function that raises it,
   * for the text is translated.
   */
  public boolean cachedPlanChanged() {
    return is(SqlState.FEATURE_NOT_SUPPORTED) && PLAN_CHECK.equals(routine);
  }

  /**
   * Of PostgreSQL's "bind message has 5 result formats but query has 6 columns" the first number,
   * which is what the client asked for; -1 if it is another error.
   */
  public int formatsOfAnotherResult() {
    if (!is(SqlState.PROTOCOL_VIOLATION) || !"PortalSetResultFormat".equals(routine)) {
      return -1;
    }
    Matcher number = NUMBER.matcher(message);
    return number.find() ? Integer.parseInt(number.group()) : -1;
  }

  public boolean is(SqlState state) {
    return sqlState.equals(state.code());
  }

  /**
   * Reads the body of an ErrorResponse or NoticeResponse (what follows the length). The buffer's
   * indices stay where they are. Fields that are not known are skipped, as the manual asks; what is
   * missing is an empty string, and severity {@code ERROR}.
   *
   * @return null if the fields are not terminated as the format demands
   */
  public static @Nullable ErrorMessage parse(ByteBuf body) {
    Severity severity = Severity.ERROR;
    boolean untranslated = false;
    String sqlState = "";
    String message = "";
    String detail = null;
    String hint = null;
    String routine = null;
    int index = body.readerIndex();
    int end = body.writerIndex();
    while (index < end) {
      byte field = body.getByte(index++);
      if (field == 0) {
        return index == end
            ? new ErrorMessage(severity, sqlState, message, detail, hint, routine)
            : null;
      }
      int terminator = body.indexOf(index, end, (byte) 0);
      if (terminator < 0) {
        return null;
      }
      String value = body.toString(index, terminator - index, StandardCharsets.UTF_8);
      index = terminator + 1;
      switch (field) {
        case 'V' -> {
          severity = severity(value);
          untranslated = true;
        }
        case 'S' -> {
          // S may be translated by lc_messages: it counts only for servers that send no V.
          if (!untranslated) {
            severity = severity(value);
          }
        }
        case 'C' -> sqlState = value;
        case 'M' -> message = value;
        case 'D' -> detail = value;
        case 'H' -> hint = value;
        case 'R' -> routine = value;
        default -> {}
      }
    }
    return null;
  }

  private static Severity severity(String name) {
    for (Severity severity : Severity.values()) {
      if (severity.name().equals(name)) {
        return severity;
      }
    }
    return Severity.ERROR;
  }
}
