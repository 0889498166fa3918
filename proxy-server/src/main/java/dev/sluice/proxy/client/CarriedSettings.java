package dev.sluice.proxy.client;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.proxy.backend.BackendSession;
import dev.sluice.proxy.backend.SessionFacts;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.ServerParameters;
import dev.sluice.proxy.session.SettingsProfile;
import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what PostgreSQL says of a session's settings into the profile that follows the client. What
 * PostgreSQL reports by itself is in the profile already.
 */
final class CarriedSettings {
  /** Which settings a client has put back to what they were at its login. */
  record Resets(boolean all, Set<String> names) {
    static final Resets NONE = new Resets(false, Set.of());
    static final Resets ALL = new Resets(true, Set.of());

    Resets with(String name) {
      if (all) {
        return this;
      }
      Set<String> more = new LinkedHashSet<>(names);
      more.add(name);
      return new Resets(false, more);
    }

    boolean has(String name) {
      return all || names.contains(name);
    }
  }

  private final ClientConnection client;
  private final ClientSession session;

  CarriedSettings(ClientConnection client) {
    this.client = client;
    this.session = client.session();
  }

  /** Whether PostgreSQL tells of every change without being asked. */
  boolean isReported(String name) {
    return ServerParameters.settable(name) && session.base().get(name) != null;
  }

  /** What to ask for by name next to the list of all that is set. */
  Collection<String> unlisted(Set<String> named) {
    Set<String> names = new LinkedHashSet<>();
    names.add(SessionFacts.ROLE);
    for (String name : named) {
      if (isCustom(name)) {
        names.add(name);
      }
    }
    for (String name : session.settings().values().keySet()) {
      if (isCustom(name)) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  private static boolean isCustom(String name) {
    return name.indexOf('.') >= 0;
  }

  /** Takes over what was found out; the backend is set up for the client as far as it goes. */
  void take(SessionFacts facts, BackendSession backend, Resets resets) {
    if (facts.settings().isEmpty() && !facts.allSettings()) {
      return;
    }
    SettingsProfile there = facts.allSettings() ? reportedOnly() : backend.applied();
    SettingsProfile believed = facts.allSettings() ? reportedOnly() : session.settings();
    for (Map.Entry<String, @Nullable String> setting : facts.settings().entrySet()) {
      String name = setting.getKey();
      if (isReported(name) || SessionFacts.isOfTransaction(name)) {
        continue;
      }
      String value = SessionFacts.present(name, setting.getValue());
      if (value == null) {
        there = there.without(name);
        believed = believed.without(name);
      } else {
        there = there.with(name, value);
        believed = believed.with(name, value);
      }
    }
    if (facts.allSettings()) {
      believed = backToLogin(believed, facts, resets);
    }
    session.settings(client.pool().profiles().share(believed));
    boolean agreed = believed.equals(there) && reportedAgree(backend);
    // Another object than the client's: whoever compares them looks at what they hold.
    backend.applied(agreed ? session.settings() : unreportedOnly(there));
  }

  private boolean reportedAgree(BackendSession backend) {
    return session.settings().values().entrySet().stream()
        .allMatch(
            setting ->
                !isReported(setting.getKey())
                    || setting.getValue().equals(backend.reported().get(setting.getKey())));
  }

  private SettingsProfile unreportedOnly(SettingsProfile profile) {
    SettingsProfile unreported = profile;
    for (String name : profile.values().keySet()) {
      if (isReported(name)) {
        unreported = unreported.without(name);
      }
    }
    return unreported;
  }

  /** What of the profile PostgreSQL reports by itself. */
  private SettingsProfile reportedOnly() {
    SettingsProfile reported = session.settings();
    for (String name : session.settings().values().keySet()) {
      if (!isReported(name)) {
        reported = reported.without(name);
      }
    }
    return reported;
  }

  /**
   * RESET goes back to what the login gave. The backend's own login gave something else than the
   * client's, so what is at its default now is what the client chose at its login.
   */
  private SettingsProfile backToLogin(SettingsProfile there, SessionFacts facts, Resets resets) {
    SettingsProfile result = there;
    for (Map.Entry<String, String> chosen : session.startup().values().entrySet()) {
      String name = chosen.getKey();
      String value = chosen.getValue();
      String found = facts.settings().get(name);
      if (isReported(name) && resets.has(name) && found != null) {
        // Reset, and then set to just what the backend had.
        value = found;
      }
      boolean reset =
          isReported(name)
              ? resets.has(name) && !value.equals(result.get(name))
              : !result.has(name) || (isCustom(name) && "".equals(result.get(name)));
      if (reset) {
        result = result.with(name, value);
        if (isReported(name)) {
          tell(name, value);
        }
      }
    }
    return result;
  }

  private void tell(String name, String value) {
    for (String spelled : session.base().values().keySet()) {
      if (spelled.equalsIgnoreCase(name)) {
        ByteBuf out = client.channel().alloc().ioBuffer(64);
        BackendMessages.parameterStatus(out, spelled, value);
        client.write(out);
      }
    }
  }

  /** Whether something is set that the login did not set so. */
  boolean differFromLogin() {
    return session.settings().values().entrySet().stream()
        .anyMatch(
            setting ->
                !Objects.equals(session.startup().get(setting.getKey()), setting.getValue()));
  }
}
