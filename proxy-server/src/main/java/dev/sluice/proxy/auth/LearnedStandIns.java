package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.StandIns.Form;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stand-ins for the users that a {@link SecretSource} does not know, in the forms of those that it
 * has found. Where all secrets have one form, as on most servers, a name's stand-in never changes
 * once a user was found. Safe for all threads.
 */
final class LearnedStandIns {
  /** Enough to show in what proportion forms are mixed. */
  private static final int MAX_FORMS = 64;

  private final ProcessSecret secret;
  private final Function<Secret, Optional<Form>> visibleForm;

  /** Guarded by itself. */
  private final Map<String, Form> forms = new LinkedHashMap<>();

  private volatile StandIns current;

  LearnedStandIns(ProcessSecret secret, Function<Secret, Optional<Form>> visibleForm) {
    this.secret = secret;
    this.visibleForm = visibleForm;
    this.current = StandIns.in(forms.values(), secret);
  }

  void learn(String user, Secret found) {
    Optional<Form> form = visibleForm.apply(found);
    synchronized (forms) {
      boolean room = forms.size() < MAX_FORMS || forms.containsKey(user);
      if (form.isPresent() && room && !form.get().equals(forms.put(user, form.get()))) {
        current = StandIns.in(forms.values(), secret);
      }
    }
  }

  Secret of(String user) {
    return current.of(user);
  }
}
