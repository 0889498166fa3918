package dev.sluice.proxy.client;

import static dev.sluice.protocol.sql.SessionEffects.ANY_SETTING;
import static dev.sluice.protocol.sql.SessionEffects.ENDS;
import static dev.sluice.protocol.sql.SessionEffects.RESETS;
import static dev.sluice.protocol.sql.SessionEffects.RESETS_ALL;
import static dev.sluice.protocol.sql.SessionEffects.RUNS_CODE;
import static dev.sluice.protocol.sql.SessionEffects.SETTINGS;

import dev.sluice.config.StatePolicy;
import dev.sluice.protocol.sql.SessionEffects;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.SessionFacts;
import dev.sluice.proxy.backend.SessionInquiry;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.EverybodysSettings;
import dev.sluice.proxy.session.PinReason;
import dev.sluice.proxy.session.SettingsProfile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of what a client's statements may have left in its backend's session. When a
 * transaction is over that may have left something, PostgreSQL is asked; what it says becomes the
 * client's settings, which follow it, and its pins, which hold it. The policies of {@code session {
 * }} decide what is asked.
 */
final class SessionKeeper {
  /** All but what only ends a state. */
  private static final int PINNING = ~SessionEffects.ENDS;

  private final ClientSession session;
  private final SessionPolicies policies;
  private final CarriedSettings carried;

  /** Of what was sent since PostgreSQL was last asked. */
  private int effects;

  private @Nullable Set<String> names;

  /** The last of them that may pin. */
  private String statement = "";

  /** The lease's transactions have failed somewhere since. */
  private boolean failed;

  private CarriedSettings.Resets resets = CarriedSettings.Resets.NONE;
  private @Nullable SessionInquiry inquiry;

  /** Something was left that nobody is to keep: the backend is reset before others get it. */
  private boolean forgottenAfterwards;

  /** Parameters may have been set that PostgreSQL does not list. */
  private boolean hiddenSettings;

  /** PostgreSQL would not say: it is asked everything after the client's next statement. */
  private boolean askAgain;

  SessionKeeper(ClientConnection client, SessionPolicies policies) {
    this.session = client.session();
    this.policies = policies;
    this.carried = new CarriedSettings(client);
  }

  /** A statement was sent that may do this. */
  void sent(SessionEffects what, Supplier<String> text) {
    if (askAgain) {
      askAgain = false;
      effects |= SessionEffects.UNKNOWN.kinds();
    }
    if (session.takeAsGiven()) {
      askForStartup();
    }
    if (what.kinds() == 0) {
      return;
    }
    effects |= what.kinds();
    if (what.any(PINNING)) {
      statement = text.get();
    }
    for (String name : what.settings()) {
      ask(name);
      if (what.any(RESETS) && session.startup().has(name)) {
        resets = resets.with(name);
      }
    }
    if (what.any(RESETS_ALL) && !session.startup().isEmpty()) {
      resets = CarriedSettings.Resets.ALL;
    }
  }

  /** A profile is compared by its values, so they are to be written as PostgreSQL does. */
  private void askForStartup() {
    for (String name : session.startup().values().keySet()) {
      ask(name);
    }
    if (names != null) {
      effects |= SETTINGS;
    }
  }

  private void ask(String name) {
    if (!carried.isReported(name)) {
      if (names == null) {
        names = new LinkedHashSet<>(4);
      }
      names.add(name);
    }
  }

  /**
   * PostgreSQL reports what a parameter went back to. That is the backend's default, not the
   * client's, who hears of its own when all is put right.
   */
  boolean isPutRight(String name, String value) {
    return resets.has(SettingsProfile.key(name))
        && session.startup().has(name)
        && value.equals(session.base().get(name));
  }

  void statementFailed() {
    failed = true;
  }

  /** PostgreSQL has been asked and has not answered yet. */
  boolean asking() {
    return inquiry != null;
  }

  /**
   * A setting went back to the backend's default, which is not the client's: what the client sends
   * next has to wait until it is put right.
   */
  boolean resets() {
    return !resets.equals(CarriedSettings.Resets.NONE);
  }

  /**
   * The backend is quiet. Asks PostgreSQL if that is needed.
   *
   * @return true if all is known, and the client's pins say whether it keeps the backend
   */
  boolean settle(BackendConnection backend) {
    if (inquiry != null) {
      return false;
    }
    SessionInquiry.Questions questions = questions(backend.session());
    if (questions == null) {
      return true;
    }
    CarriedSettings.Resets asked = resets;
    resets = CarriedSettings.Resets.NONE;
    inquiry =
        SessionInquiry.send(
            backend, questions, answer -> answered(answer, asked, backend.session()));
    return false;
  }

  /** Statements may have been sent behind the questions; they are not answered yet. */
  @SuppressWarnings("ReferenceEquality") // is it of this lease?
  private void answered(
      SessionInquiry answer, CarriedSettings.Resets asked, BackendSession backend) {
    if (answer != inquiry) {
      return;
    }
    inquiry = null;
    SessionFacts facts = answer.facts();
    if (facts == null) {
      // Not at once: what stands in the way may be a setting of the client's own.
      askAgain = true;
      session.pin(PinReason.UNKNOWN, statement);
    } else {
      take(facts, asked, backend);
    }
  }

  /** The lease is over, however it ended. */
  void leaseOver() {
    effects = 0;
    names = null;
    statement = "";
    failed = false;
    resets = CarriedSettings.Resets.NONE;
    forgottenAfterwards = false;
    hiddenSettings = false;
    askAgain = false;
    inquiry = null;
  }

  private SessionInquiry.@Nullable Questions questions(BackendSession backend) {
    if (effects == 0) {
      return null;
    }
    boolean code = (effects & RUNS_CODE) != 0;
    EnumSet<PinReason> states = EnumSet.noneOf(PinReason.class);
    boolean lost = false;
    for (SessionPolicies.Kind kind : policies.kinds()) {
      boolean made = (effects & kind.effect()) != 0;
      boolean askable = SessionInquiry.states().contains(kind.pin());
      if (kind.policy() == StatePolicy.ALLOW) {
        lost |= (made || code) && askable;
      } else if (askable) {
        if (made || code || ((effects & ENDS) != 0 && session.pinned(kind.pin()))) {
          states.add(kind.pin());
        }
      } else if (made) {
        pinForGood(kind.pin(), backend);
      }
    }
    Set<String> asked = names == null ? Set.of() : names;
    // A SET that failed, or was never executed, has set nothing, and what it named may be what
    // nobody can set. And only a list of all that is set tells what went back to what the login
    // gave.
    boolean all =
        (effects & (ANY_SETTING | RESETS_ALL)) != 0
            || code
            || resets()
            || (failed && !asked.isEmpty())
            || !EverybodysSettings.are(asked);
    if (policies.settings() == StatePolicy.ALLOW) {
      lost |= all || !asked.isEmpty();
      all = false;
      asked = Set.of();
    }
    forgottenAfterwards |= lost;
    // A parameter of a class that no library has defined is in no list, and must not stay either.
    hiddenSettings |= code || (effects & ANY_SETTING) != 0;
    effects = 0;
    names = null;
    failed = false;
    if (!all && asked.isEmpty() && states.isEmpty()) {
      conclude(backend);
      return null;
    }
    return new SessionInquiry.Questions(
        all ? carried.unlisted(asked) : new ArrayList<>(asked), all, states);
  }

  private void pinForGood(PinReason reason, BackendSession backend) {
    if (reason == PinReason.SEQUENCES) {
      session.pin(reason, statement);
      return;
    }
    backend.markIrreparable();
    if (!failed) {
      session.pin(reason, statement);
    }
  }

  private void take(SessionFacts facts, CarriedSettings.Resets asked, BackendSession backend) {
    session.unpin(PinReason.UNKNOWN);
    boolean wasPrepared = session.pinned(PinReason.PREPARE);
    for (PinReason state : facts.asked()) {
      if (facts.held().contains(state)) {
        session.pin(state, statement);
      } else {
        session.unpin(state);
      }
    }
    carried.take(facts, backend, asked);
    if (policies.settings() == StatePolicy.PIN) {
      if (carried.differFromLogin()) {
        session.pin(PinReason.SETTINGS, statement);
      } else {
        session.unpin(PinReason.SETTINGS);
      }
    }
    if (wasPrepared
        && !session.pinned(PinReason.PREPARE)
        && !facts.asked().containsAll(SessionInquiry.states())) {
      // What an EXECUTE ran stood in no text: it may have taken locks, or set parameters.
      effects |= RUNS_CODE;
    }
    if (effects == 0) {
      conclude(backend);
    }
  }

  private void conclude(BackendSession backend) {
    backend.markAsked();
    if (forgottenAfterwards) {
      backend.markDirty();
    }
    if (hiddenSettings) {
      backend.markHiddenSettings();
    }
    forgottenAfterwards = false;
    hiddenSettings = false;
  }
}
