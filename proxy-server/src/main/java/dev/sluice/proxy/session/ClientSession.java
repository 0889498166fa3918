package dev.sluice.proxy.session;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
  private @Nullable ParseSettings parseSettings;
  private @Nullable Map<Bytes, Statement> named;
  private @Nullable Statement unnamed;
  private @Nullable EnumSet<PinReason> pins;

  public ClientSession(SettingsProfile startup, ServerParameters base) {
    this.startup = startup;
    this.settings = startup;
    this.base = base;
  }

  /** What the client chose when it logged in: what RESET goes back to. */
  public SettingsProfile startup() {
    return startup;
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

  public void forgetStatements() {
    named = null;
    unnamed = null;
  }

  public boolean pinned() {
    return pins != null && !pins.isEmpty();
  }

  public Set<PinReason> pins() {
    return pins == null ? Set.of() : pins;
  }

  public void pin(PinReason reason) {
    if (pins == null) {
      pins = EnumSet.noneOf(PinReason.class);
    }
    pins.add(reason);
  }

  public void unpin(PinReason reason) {
    if (pins != null) {
      pins.remove(reason);
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
