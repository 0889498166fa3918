package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.LoginChoice.GoesOn;
import dev.sluice.proxy.auth.LoginChoice.Refuses;
import dev.sluice.proxy.auth.hba.ClientCertificate;
import dev.sluice.proxy.auth.hba.HbaMethod;
import dev.sluice.proxy.auth.hba.HbaRule;
import dev.sluice.proxy.auth.hba.HbaRules;
import dev.sluice.proxy.auth.hba.HbaRules.Found;
import dev.sluice.proxy.auth.hba.HbaRules.NoRule;
import dev.sluice.proxy.auth.hba.HbaRules.Unknown;
import dev.sluice.proxy.auth.hba.LoginRequest;
import dev.sluice.proxy.auth.hba.Origin;
import dev.sluice.proxy.auth.hba.UserNameMaps;
import dev.sluice.proxy.auth.ldap.LdapDirectory;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The method of the first rule that matches a login. */
public final class RuleLogins implements LoginPolicy {
  private final HbaRules rules;
  private final UserNameMaps maps;
  private final LoginLookups lookups;
  private final Map<AuthMethod, Authenticator> authenticators = new EnumMap<>(AuthMethod.class);

  /**
   * @param authenticator by method trust; the other methods, where a rule has them, share its users
   */
  public RuleLogins(
      HbaRules rules,
      UserNameMaps maps,
      Authenticator authenticator,
      UsersFile users,
      LoginLookups lookups) {
    this.rules = rules;
    this.maps = maps;
    this.lookups = lookups;
    authenticators.put(AuthMethod.TRUST, authenticator);
    for (HbaRule rule : rules.all()) {
      authenticators.computeIfAbsent(
          asked(rule.method()), method -> authenticator.reloaded(method, users));
    }
  }

  /** Which authenticator a rule's method needs; trust where something else is proof enough. */
  private static AuthMethod asked(HbaMethod method) {
    return switch (method) {
      case HbaMethod.Password _ -> AuthMethod.PASSWORD;
      case HbaMethod.Md5 _ -> AuthMethod.MD5;
      case HbaMethod.ScramSha256 _ -> AuthMethod.SCRAM_SHA_256;
      case HbaMethod.Trust _,
          HbaMethod.Reject _,
          HbaMethod.Cert _,
          HbaMethod.Peer _,
          HbaMethod.Ldap _ ->
          AuthMethod.TRUST;
    };
  }

  @Override
  public ClientAuthentication begin(LoginRequest request, ClientChannel channel) {
    return switch (rules.match(request)) {
      case Unknown unknown ->
          later(
              lookups.ofNames(
                  () -> choose(request, rules.lookUp(request, unknown), channel),
                  RuleLogins::noRoom));
      case Found found when found.rule().method() instanceof HbaMethod.Peer ->
          later(lookups.ofNames(() -> choose(request, found, channel), RuleLogins::noRoom));
      case Found found -> now(choose(request, found, channel));
      case NoRule none -> now(choose(request, none, channel));
    };
  }

  private static ClientAuthentication later(CompletableFuture<LoginChoice> choice) {
    return new ClientAuthentication(new ChosenExchange(choice));
  }

  private static ClientAuthentication now(LoginChoice choice) {
    return choice instanceof GoesOn goesOn
        ? goesOn.authentication()
        : later(CompletableFuture.completedFuture(choice));
  }

  private static LoginChoice noRoom() {
    return new Refuses(Rejections.tooManyLookups());
  }

  private LoginChoice choose(LoginRequest request, HbaRules.Match match, ClientChannel channel) {
    if (!(match instanceof Found(HbaRule rule))) {
      return new Refuses(Rejections.noRule(request));
    }
    AuthStep.@Nullable Rejected refused = certificateRefused(request, rule);
    return refused == null ? choose(request, rule, channel) : new Refuses(refused);
  }

  private LoginChoice choose(LoginRequest request, HbaRule rule, ClientChannel channel) {
    String user = request.user();
    return switch (rule.method()) {
      case HbaMethod.Reject _ -> new Refuses(Rejections.byRule(request, rule));
      case HbaMethod.Trust _, HbaMethod.Password _, HbaMethod.Md5 _, HbaMethod.ScramSha256 _ ->
          goOn(request, asked(rule.method()), channel);
      case HbaMethod.Cert cert -> cert(request, rule, cert, channel);
      case HbaMethod.Peer peer -> peer(request, peer, channel);
      case HbaMethod.Ldap ldap ->
          new GoesOn(
              new ClientAuthentication(
                  new LdapExchange(user, new LdapDirectory(ldap.settings()), lookups)));
    };
  }

  private LoginChoice goOn(LoginRequest request, AuthMethod method, ClientChannel channel) {
    Authenticator authenticator = authenticators.get(method);
    if (authenticator == null) {
      throw new IllegalStateException("no rule has method " + method);
    }
    return new GoesOn(LoginPolicy.begin(authenticator, request, channel));
  }

  private LoginChoice cert(
      LoginRequest request, HbaRule rule, HbaMethod.Cert cert, ClientChannel channel) {
    String name = certificateName(request);
    if (name == null) {
      return new Refuses(Rejections.noCertificate(rule));
    }
    return mapped("certificate", cert.map(), name, request, channel);
  }

  /** Blocks: the system is asked for the name of its user. */
  private LoginChoice peer(LoginRequest request, HbaMethod.Peer peer, ClientChannel channel) {
    if (!(request.origin() instanceof Origin.Local local)) {
      throw new IllegalStateException("a rule for the Unix socket matched another connection");
    }
    try {
      String name = local.peer().name();
      return name == null
          ? new Refuses(
              Rejections.notTheUser("Peer", request.user(), "the system's user has no name"))
          : mapped("Peer", peer.map(), name, request, channel);
    } catch (IOException e) {
      return new Refuses(
          Rejections.notTheUser(
              "Peer", request.user(), "the system does not say who is at the other end: " + e));
    }
  }

  private LoginChoice mapped(
      String method,
      @Nullable String map,
      String systemName,
      LoginRequest request,
      ClientChannel channel) {
    if (maps.allows(map, systemName, request.user())) {
      return goOn(request, AuthMethod.TRUST, channel);
    }
    String reason =
        map == null
            ? "the client is \"%s\"".formatted(systemName)
            : "the user name map %s does not let \"%s\" be this user".formatted(map, systemName);
    return new Refuses(Rejections.notTheUser(method, request.user(), reason));
  }

  private AuthStep.@Nullable Rejected certificateRefused(LoginRequest request, HbaRule rule) {
    String name = certificateName(request);
    return switch (rule.clientCertificate()) {
      case ClientCertificate.NotAsked _ -> null;
      case ClientCertificate.Verified _ -> name == null ? Rejections.noCertificate(rule) : null;
      case ClientCertificate.NamesUser names -> {
        if (name == null) {
          yield Rejections.noCertificate(rule);
        }
        yield maps.allows(names.map(), name, request.user())
            ? null
            : Rejections.notTheUser(
                "certificate", request.user(), "the certificate is that of \"" + name + "\"");
      }
    };
  }

  private static @Nullable String certificateName(LoginRequest request) {
    return request.origin() instanceof Origin.Network network ? network.certificateName() : null;
  }
}
