package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.StandIns.Form;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Begins clients' logins by one method and one users-file. Immutable but for what it caches; safe
 * for all threads. A reload makes another one by {@link #reloaded}.
 */
public final class Authenticator {
  private static final int NONCE_LENGTH = 18;

  /** Of users whose password the source of secrets has in plain text, which is rare. */
  private static final int DERIVED_KEYS = 1000;

  private static final String NO_SECRET = "the user is unknown or has no secret";
  private static final String MD5_FOR_SCRAM =
      "the user's secret is an md5 hash, which does not serve scram-sha-256";

  private final AuthMethod method;
  private final UsersFile users;
  private final Executor executor;
  private final SecureRandom random;
  private final ProcessSecret processSecret;
  private final StandIns standIns;
  private final DerivedVerifiers derivedVerifiers;
  private final @Nullable SecretSource source;
  private final LearnedStandIns learnedStandIns;
  private final ScramKeyCache derivedKeys;
  private final UserNameMap certificateNames;

  private Authenticator(
      AuthMethod method,
      UsersFile users,
      @Nullable SecretSource source,
      Executor executor,
      SecureRandom random,
      ProcessSecret processSecret,
      UserNameMap certificateNames) {
    this.certificateNames = certificateNames;
    this.method = method;
    this.users = users;
    this.executor = executor;
    this.random = random;
    this.processSecret = processSecret;
    this.standIns = StandIns.like(users, processSecret, secret -> visibleForm(method, secret));
    this.derivedVerifiers = new DerivedVerifiers(processSecret, executor);
    this.source = source;
    this.learnedStandIns =
        new LearnedStandIns(processSecret, secret -> visibleForm(method, secret));
    this.derivedKeys = new ScramKeyCache(DERIVED_KEYS, executor);
  }

  /**
   * The first of a process. With SCRAM it begins to derive verifiers for passwords that are in
   * plain text, some milliseconds of CPU each.
   *
   * @param executor runs what would hold up an event loop; milliseconds of CPU per task, no I/O
   */
  public static Authenticator create(AuthMethod method, UsersFile users, Executor executor) {
    return create(method, users, null, executor);
  }

  /**
   * The same with a further source of secrets.
   *
   * @param source asked for users that the file does not name; null for none
   */
  public static Authenticator create(
      AuthMethod method, UsersFile users, @Nullable SecretSource source, Executor executor) {
    SecureRandom random = new SecureRandom();
    Authenticator authenticator =
        new Authenticator(
            method,
            users,
            source,
            executor,
            random,
            ProcessSecret.random(random),
            UserNameMap.IDENTITY);
    authenticator.prepare(null);
    return authenticator;
  }

  /**
   * The same with another method or other users. Unknown users look as before: salts that changed
   * at a reload would tell them from those of real ones.
   */
  public Authenticator reloaded(AuthMethod newMethod, UsersFile newUsers) {
    Authenticator reloaded =
        new Authenticator(
            newMethod, newUsers, source, executor, random, processSecret, certificateNames);
    reloaded.prepare(derivedVerifiers);
    return reloaded;
  }

  /** The same where the names in certificates are not those of the users. */
  public Authenticator withCertificateNames(UserNameMap names) {
    return new Authenticator(method, users, source, executor, random, processSecret, names);
  }

  public AuthMethod method() {
    return method;
  }

  /** Begins a login at a database; users that the file does not name are looked up. */
  public ClientAuthentication begin(String user, String database, ClientChannel channel) {
    return source == null || users.contains(user)
        ? begin(user, channel)
        : new ClientAuthentication(
            new LookupExchange(source, user, database, found -> lookedUp(user, found, channel)));
  }

  /** Begins a login over a connection that has proved nothing. */
  public ClientAuthentication begin(String user) {
    return begin(user, ClientChannel.PLAINTEXT);
  }

  /** Begins a login. Whether the user exists is not asked before, nor told by, the exchange. */
  public ClientAuthentication begin(String user, ClientChannel channel) {
    Secret secret = users.secret(user).orElse(null);
    // Also made for users who do not need it: a few hashes less would show in the time.
    Secret standIn = standIns.of(user);
    return new ClientAuthentication(
        exchange(user, secret, standIn, NO_SECRET, derivedVerifiers::source, channel));
  }

  private Exchange lookedUp(String user, SecretAnswer answer, ClientChannel channel) {
    Secret secret = answer instanceof SecretAnswer.Found found ? found.secret() : null;
    if (secret != null) {
      learnedStandIns.learn(user, secret);
    }
    String reason = answer instanceof SecretAnswer.NotFound none ? none.reason() : NO_SECRET;
    return exchange(user, secret, learnedStandIns.of(user), reason, this::derived, channel);
  }

  /** Not kept by user, as for those of the file: names that clients think of have no bound. */
  private ScramSource derived(String user, PlainText plain) {
    int iterations = ScramSha256.DEFAULT_ITERATIONS;
    String salt = processSecret.salt(user, ScramSha256.DEFAULT_SALT_LENGTH);
    return new ScramSource(
        iterations,
        salt,
        derivedKeys.keys(plain.password(), iterations, salt).thenApply(ScramKeys::verifier),
        plain);
  }

  private Exchange exchange(
      String user,
      @Nullable Secret secret,
      Secret standIn,
      String whyNone,
      BiFunction<String, PlainText, ScramSource> derived,
      ClientChannel channel) {
    return switch (method) {
      case TRUST -> new TrustExchange(new LoginCredentials(user, passedOn(secret)));
      case PASSWORD -> new PasswordExchange(account(user, secret, standIn, whyNone), executor);
      case MD5 -> md5(account(user, secret, standIn, whyNone), derived, channel);
      case SCRAM_SHA_256 -> scram(account(user, secret, standIn, whyNone), derived, channel);
      case CERT ->
          new CertExchange(
              new LoginCredentials(user, passedOn(secret)),
              channel.certificateName(),
              certificateNames);
    };
  }

  private void prepare(@Nullable DerivedVerifiers earlier) {
    if (method == AuthMethod.SCRAM_SHA_256) {
      derivedVerifiers.deriveAll(users, earlier);
    }
  }

  private Account<Secret> account(
      String user, @Nullable Secret secret, Secret standIn, String whyNone) {
    if (secret == null) {
      return new Account<>(user, standIn, whyNone);
    }
    if (method == AuthMethod.SCRAM_SHA_256 && secret instanceof Md5Hash) {
      return new Account<>(user, standIn, MD5_FOR_SCRAM);
    }
    return new Account<>(user, secret, null);
  }

  private Exchange md5(
      Account<Secret> account,
      BiFunction<String, PlainText, ScramSource> derived,
      ClientChannel channel) {
    return switch (account.secret()) {
      case PlainText plain ->
          md5(account.with(Md5Hash.of(account.user(), plain.password())), plain);
      case Md5Hash hash -> md5(account.with(hash), hash);
      case ScramVerifier _ -> scram(account, derived, channel);
    };
  }

  private Exchange md5(Account<Md5Hash> account, LoginSecret known) {
    return new Md5Exchange(
        account, known, SecretBytes.copyOf(randomBytes(Md5Exchange.SALT_LENGTH)));
  }

  private Exchange scram(
      Account<Secret> account,
      BiFunction<String, PlainText, ScramSource> derived,
      ClientChannel channel) {
    ScramSource source =
        switch (account.secret()) {
          case PlainText plain -> derived.apply(account.user(), plain);
          case ScramVerifier verifier -> ScramSource.of(verifier);
          case Md5Hash _ -> throw new IllegalStateException("no SCRAM without its keys");
        };
    return new ScramExchange(
        account.with(source), StrictBase64.encode(randomBytes(NONCE_LENGTH)), channel.binding());
  }

  private static LoginSecret passedOn(@Nullable Secret secret) {
    return secret instanceof LoginSecret known ? known : new NoSecret();
  }

  private static Optional<Form> visibleForm(AuthMethod method, Secret secret) {
    boolean scram = method == AuthMethod.SCRAM_SHA_256;
    return switch (secret) {
      case ScramVerifier verifier -> Optional.of(Form.of(verifier));
      case Md5Hash _ -> scram ? Optional.empty() : Optional.of(Form.MD5);
      case PlainText _ -> Optional.of(scram ? Form.DEFAULT : Form.PLAIN_TEXT);
    };
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
