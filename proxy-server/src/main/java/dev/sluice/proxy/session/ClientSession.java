package dev.sluice.proxy.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client believes of its session, wherever its transactions run. Belongs to the client's
 * event loop.
 */
public final class ClientSession {
  /** A client's own named statements; more are refused, for they would only grow. */
  public static final int MAX_NAMED_STATEMENTS = 65_536;

  private final SettingsProfile startup;
  private SettingsProfile settings;
  private ServerParameters base;
  private boolean asGiven;
  private @Nullable ParseSettings parseSettings;
  private @Nullable Map<Bytes, Statement> named;
  private @Nullable Statement unnamed;

  /** Immutable; looked at by the console too. */
  private volatile List<Pin> pins = List.of();

  public ClientSession(SettingsProfile startup, ServerParameters base) {
    this.startup = startup;
    this.settings = startup;
    this.base = base;
  }

  /** What the client chose when it logged in: what RESET goes back to. */
  public SettingsProfile startup() {
    return startup;
  }

  /** The startup parameters are as the client wrote them, not as PostgreSQL would. */
  public void markAsGiven() {
    asGiven = true;
  }

  /** Whether they were; true once. */
  public boolean takeAsGiven() {
    boolean result = asGiven;
    asGiven = false;
    return result;
  }

  public SettingsProfile settings() {
    return settings;
  }

  /** What the server reported at login where the client chose nothing. */
  public ServerParameters base() {
    return base;
  }

  public void settings(SettingsProfile changed) {
    settings = changed;
    parseSettings = null;
  }

  /** What the client was told of a parameter, or would have been. */
  public @Nullable String believes(String name) {
    String own = settings.get(name);
    return own != null ? own : base.get(name);
  }

  /** PostgreSQL reported a value while this client was on the backend. */
  public void reported(String name, String value) {
    if (ServerParameters.settable(name)) {
      settings(value.equals(base.get(name)) ? settings.without(name) : settings.with(name, value));
    } else {
      base = base.with(name, value);
      parseSettings = null;
    }
  }

  public ParseSettings parseSettings() {
    if (parseSettings == null) {
      parseSettings = settings.parseSettings(base);
    }
    return parseSettings;
  }

  public @Nullable Statement named(Bytes name) {
    return named == null ? null : named.get(name);
  }

  /** The names of statements that are prepared by SQL and tracked. */
  public List<Bytes> namesBySql() {
    return named == null
        ? List.of()
        : named.entrySet().stream()
            .filter(entry -> entry.getValue().bySql())
            .map(Map.Entry::getKey)
            .toList();
  }

  /** How many statements the client has by name. */
  public int namedCount() {
    return named == null ? 0 : named.size();
  }

  public void name(Bytes name, Statement statement) {
    if (named == null) {
      named = new HashMap<>();
    }
    named.put(name, statement);
  }

  public @Nullable Statement forget(Bytes name) {
    return named == null ? null : named.remove(name);
  }

  /** The statement with the empty name. */
  public @Nullable Statement unnamed() {
    return unnamed;
  }

  public void unnamed(@Nullable Statement statement) {
    unnamed = statement;
  }

  /** The named ones: DEALLOCATE ALL and DISCARD ALL leave the unnamed statement. */
  public void forgetStatements() {
    named = null;
  }

  /** Whether the client keeps its backend between transactions. */
  public boolean pinned() {
    return !pins.isEmpty();
  }

  public boolean pinned(PinReason reason) {
    return pins.stream().anyMatch(pin -> pin.reason() == reason);
  }

  /** Why it does; may be looked at from any thread. */
  public List<Pin> pins() {
    return pins;
  }

  public void pin(PinReason reason) {
    pin(reason, "");
  }

  /**
   * The client keeps its backend for this reason; nothing changes if it does already.
   *
   * @param statement the beginning of what led to it
   */
  public void pin(PinReason reason, String statement) {
    if (!pinned(reason)) {
      List<Pin> more = new ArrayList<>(pins);
      more.add(new Pin(reason, System.currentTimeMillis(), statement));
      pins = List.copyOf(more);
    }
  }

  public void unpin(PinReason reason) {
    if (pinned(reason)) {
      pins = pins.stream().filter(pin -> pin.reason() != reason).toList();
    }
  }

  /** A statement is gone: it may have been the last that was too large to keep. */
  public void unpinIfNothingIsLarge() {
    if (pinned() && !holdsUnkept()) {
      unpin(PinReason.LARGE_STATEMENT);
    }
  }

  /** True while a statement that was too large to keep is the client's. */
  private boolean holdsUnkept() {
    if (unnamed != null && !unnamed.kept()) {
      return true;
    }
    return named != null && named.values().stream().anyMatch(statement -> !statement.kept());
  }
}
