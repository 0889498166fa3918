package dev.sluice.proxy.auth;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Secrets for users that have none, so that their logins are asked the same, cost the same and fail
 * the same as everybody's.
 *
 * <p>A stand-in has the form of a real user's secret: where one half of the users has verifiers of
 * 4096 iterations and the other of 100,000, so have the names that do not exist. Which name gets
 * which form does not change, and hardly does when the users-file is reloaded.
 */
final class StandIns {
  private final ProcessSecret secret;
  private final List<Form> forms;

  private StandIns(ProcessSecret secret, List<Form> forms) {
    this.secret = secret;
    this.forms = forms;
  }

  /**
   * Takes the forms of all users' secrets.
   *
   * @param visibleForm how a method shows a secret of a user; empty if it shows nothing of it
   */
  static StandIns like(
      UsersFile users, ProcessSecret secret, Function<Secret, Optional<Form>> visibleForm) {
    List<Form> forms = new ArrayList<>();
    for (var user : users.users().values()) {
      user.flatMap(visibleForm).ifPresent(forms::add);
    }
    return in(forms, secret);
  }

  /** Takes these forms, each as often as it is there. */
  static StandIns in(Collection<Form> forms, ProcessSecret secret) {
    return new StandIns(secret, forms.stream().sorted(Form.ORDER).toList());
  }

  /** The stand-in for a user, always the same. */
  Secret of(String user) {
    Form form = forms.isEmpty() ? Form.DEFAULT : forms.get(secret.choice(user, forms.size()));
    return switch (form.kind()) {
      case PLAIN_TEXT -> new PlainText(SecretBytes.utf8(hex("password", user)));
      case MD5 -> new Md5Hash(SecretBytes.utf8(hex("md5", user)));
      case SCRAM ->
          new ScramVerifier(
              form.iterations(),
              secret.salt(user, form.saltLength()),
              secret.key("stored key", user),
              secret.key("server key", user));
    };
  }

  private String hex(String purpose, String user) {
    return HexFormat.of().formatHex(secret.derive(purpose, user, 16));
  }

  /** What a client can tell of a secret without knowing it; the numbers are 0 but for SCRAM. */
  record Form(Kind kind, int iterations, int saltLength) {
    static final Form PLAIN_TEXT = new Form(Kind.PLAIN_TEXT, 0, 0);
    static final Form MD5 = new Form(Kind.MD5, 0, 0);

    /** Also that of a plain-text password under SCRAM. */
    static final Form DEFAULT =
        new Form(Kind.SCRAM, ScramSha256.DEFAULT_ITERATIONS, ScramSha256.DEFAULT_SALT_LENGTH);

    static final Comparator<Form> ORDER =
        Comparator.comparing(Form::kind)
            .thenComparing(comparingInt(Form::iterations))
            .thenComparing(comparingInt(Form::saltLength));

    static Form of(ScramVerifier verifier) {
      int saltLength = Base64.getDecoder().decode(verifier.salt()).length;
      return new Form(Kind.SCRAM, verifier.iterations(), saltLength);
    }
  }

  enum Kind {
    PLAIN_TEXT,
    MD5,
    SCRAM
  }
}
