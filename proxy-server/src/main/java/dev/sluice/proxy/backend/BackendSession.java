package dev.sluice.proxy.backend;

import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.ServerParameters;
import dev.sluice.proxy.session.SettingsProfile;
import dev.sluice.proxy.session.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the PostgreSQL session behind a backend: its settings, its prepared statements,
 * and whether something may be left in it that the next client must not find.
 */
public final class BackendSession {
  private final PreparedStatements prepared = new PreparedStatements();
  private ServerParameters base = ServerParameters.NONE;
  private ServerParameters reported = ServerParameters.NONE;
  private SettingsProfile applied = SettingsProfile.EMPTY;
  private boolean dirty;
  private boolean unasked;
  private boolean hiddenSettings;
  private boolean irreparable;
  private boolean catchUpParsed;
  private boolean inquiryParsed;
  private boolean auditParsed;
  private @Nullable Statement unnamed;
  private @Nullable ClientSession unnamedOwner;
  private boolean mayHaveUnnamed;
  private @Nullable List<String> strayNames;
  private @Nullable List<String> awaitedReports;

  /** The named statements that the server holds. */
  public PreparedStatements prepared() {
    return prepared;
  }

  /** What was reported at login, before anything was set. */
  public ServerParameters base() {
    return base;
  }

  /** Replaces {@link #base()} by an equal object that other backends share. */
  public void base(ServerParameters shared) {
    base = shared;
  }

  /** What PostgreSQL reported last. */
  public ServerParameters reported() {
    return reported;
  }

  void reported(String name, String value) {
    reported = reported.with(name, value);
    if (awaitedReports != null) {
      awaitedReports.removeIf(name::equalsIgnoreCase);
    }
  }

  /** A parameter was carried over to another value, which PostgreSQL has to report. */
  void awaitReport(String name) {
    if (awaitedReports == null) {
      awaitedReports = new ArrayList<>(4);
    }
    awaitedReports.add(name);
  }

  /**
   * What was carried over and not reported up to ReadyForQuery, each given out once; null if
   * nothing. PostgreSQL (since 14) reports just before ReadyForQuery, and only what has changed
   * since it reported last: so the client's own statement has set it back to what it was.
   */
  @Nullable List<String> takeAwaitedReports() {
    List<String> names = awaitedReports;
    awaitedReports = null;
    return names;
  }

  void loggedIn() {
    base = reported;
  }

  /** The settings that were carried over last. */
  public SettingsProfile applied() {
    return applied;
  }

  public void applied(SettingsProfile settings) {
    applied = settings;
  }

  /** Something may remain in the session that the next client must not find. */
  public boolean dirty() {
    return dirty || unasked;
  }

  public void markDirty() {
    dirty = true;
  }

  /** A statement was sent that may leave something; PostgreSQL has not been asked what. */
  public void markUnasked() {
    unasked = true;
  }

  /** PostgreSQL was asked: what is left is known. */
  public void markAsked() {
    unasked = false;
  }

  /** Code has run that may have set parameters which PostgreSQL does not list. */
  public boolean hiddenSettings() {
    return hiddenSettings;
  }

  public void markHiddenSettings() {
    hiddenSettings = true;
  }

  /** The session holds something that not even DISCARD ALL removes: nobody else may have it. */
  public boolean irreparable() {
    return irreparable;
  }

  public void markIrreparable() {
    irreparable = true;
  }

  /** The statements of {@link SessionInquiry} have been parsed. */
  boolean inquiryParsed() {
    return inquiryParsed;
  }

  void inquiryParsed(boolean parsed) {
    inquiryParsed = parsed;
  }

  /** And those that only an audit needs. */
  boolean auditParsed() {
    return auditParsed;
  }

  void auditParsed(boolean parsed) {
    auditParsed = parsed;
  }

  /** The statements that carry settings over have been parsed. */
  boolean catchUpParsed() {
    return catchUpParsed;
  }

  void catchUpParsed(boolean parsed) {
    catchUpParsed = parsed;
  }

  /** The statement with the empty name is this one, and was parsed for this session. */
  public boolean holdsUnnamed(ClientSession session, Statement statement) {
    return unnamed == statement && unnamedOwner == session;
  }

  /** There may be a statement with the empty name. */
  public boolean mayHaveUnnamed() {
    return mayHaveUnnamed;
  }

  public void unnamed(ClientSession session, Statement statement) {
    unnamedOwner = session;
    unnamed = statement;
    mayHaveUnnamed = true;
  }

  /** There is no statement with the empty name any more. */
  public void unnamedGone() {
    unnamedOwner = null;
    unnamed = null;
    mayHaveUnnamed = false;
  }

  /** If there is a statement with the empty name, it is nobody's: no client must find it. */
  public void forgetUnnamed() {
    unnamedOwner = null;
    unnamed = null;
    mayHaveUnnamed = true;
  }

  /** A name of a client's own that had to be used on the server, to be closed when possible. */
  public void strayName(String name) {
    if (strayNames == null) {
      strayNames = new ArrayList<>(2);
    }
    strayNames.add(name);
  }

  /** Those that are still to be closed. */
  boolean hasStrayName(String name) {
    return strayNames != null && strayNames.contains(name);
  }

  /** The names to close, each given out once; null if there are none. */
  public @Nullable List<String> takeStrayNames() {
    List<String> names = strayNames;
    strayNames = null;
    return names;
  }

  /** DISCARD ALL succeeded: the session is as after login. */
  public void discarded() {
    deallocated();
    settingsReset();
    dirty = false;
    unasked = false;
  }

  /** RESET ALL succeeded, and the role is that of the login. */
  void settingsReset() {
    applied = SettingsProfile.EMPTY;
    hiddenSettings = false;
  }

  /** DEALLOCATE ALL succeeded. */
  public void deallocated() {
    prepared.clear();
    forgetUnnamed();
    catchUpParsed = false;
    inquiryParsed = false;
    auditParsed = false;
    strayNames = null;
  }
}
