package dev.sluice.proxy.server;

import dev.sluice.config.AuthConfig;
import dev.sluice.config.AuthMethod;
import dev.sluice.config.LdapConfig;
import dev.sluice.config.LdapScheme;
import dev.sluice.config.load.Problem;
import dev.sluice.proxy.auth.UsersFile;
import dev.sluice.proxy.auth.hba.FileProblem;
import dev.sluice.proxy.auth.hba.HbaFile;
import dev.sluice.proxy.auth.hba.HbaRules;
import dev.sluice.proxy.auth.hba.UserNameMaps;
import dev.sluice.proxy.auth.ldap.InvalidLdapException;
import dev.sluice.proxy.auth.ldap.LdapOptions;
import dev.sluice.proxy.auth.ldap.LdapSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the section {@code auth} and the files it names say, read whole: every problem of every file
 * is there, not only the first.
 *
 * @param hba null without a file of rules
 */
record AuthFiles(
    UsersFile users,
    @Nullable HbaRules hba,
    UserNameMaps maps,
    @Nullable LdapSettings ldap,
    List<Problem> problems) {

  /** The map that method {@code cert} uses where no rule names one. */
  static final String CERTIFICATE_MAP = "cert";

  AuthFiles {
    problems = List.copyOf(problems);
  }

  /** Reads them. Blocks. Nothing but the problems is to be used if there are any. */
  static AuthFiles load(AuthConfig auth) {
    List<Problem> problems = new ArrayList<>(contradictions(auth));
    UsersFile users = users(auth.usersFile(), problems);
    LdapSettings ldap = ldap(auth.ldap(), problems);
    UserNameMaps maps = maps(auth.identFile(), problems);
    HbaRules hba = hba(auth.hbaFile(), maps, ldap, problems);
    if (auth.method() == AuthMethod.CERT
        && auth.identFile() != null
        && maps != null
        && !maps.has(CERTIFICATE_MAP)) {
      problems.add(
          ofKey(
              "auth.ident-file",
              "has no map named " + CERTIFICATE_MAP + ", which auth.method = cert uses; add it"));
    }
    return new AuthFiles(users, hba, maps == null ? UserNameMaps.none() : maps, ldap, problems);
  }

  /** Nobody shall believe in rules that nobody reads. */
  private static List<Problem> contradictions(AuthConfig auth) {
    List<Problem> problems = new ArrayList<>();
    if (auth.hbaFile() != null && auth.method() != AuthMethod.HBA) {
      problems.add(
          ofKey("auth.hba-file", "is not read with this auth.method; set auth.method = hba"));
    }
    if (auth.ldap() != null
        && auth.method() != AuthMethod.HBA
        && auth.method() != AuthMethod.PASSWORD) {
      problems.add(
          ofKey(
              "auth.ldap",
              "needs passwords in clear text; set auth.method = password, or hba and a rule with"
                  + " method ldap"));
    }
    return problems;
  }

  private static Problem ofKey(String key, String message) {
    return new Problem(Path.of(key), 0, "", message);
  }

  private static UsersFile users(@Nullable Path file, List<Problem> problems) {
    return switch (file == null ? null : UsersFile.load(file)) {
      case null -> UsersFile.empty();
      case UsersFile.Loaded loaded -> loaded.users();
      case UsersFile.Invalid invalid -> {
        invalid
            .problems()
            .forEach(
                each -> problems.add(new Problem(each.file(), each.line(), "", each.message())));
        yield UsersFile.empty();
      }
    };
  }

  private static @Nullable UserNameMaps maps(@Nullable Path file, List<Problem> problems) {
    return switch (file == null ? null : UserNameMaps.load(file)) {
      case null -> UserNameMaps.none();
      case UserNameMaps.Loaded loaded -> loaded.maps();
      case UserNameMaps.Invalid invalid -> {
        add(invalid.problems(), problems);
        yield null;
      }
    };
  }

  private static @Nullable HbaRules hba(
      @Nullable Path file,
      @Nullable UserNameMaps maps,
      @Nullable LdapSettings ldap,
      List<Problem> problems) {
    return switch (file == null ? null : HbaFile.load(file, maps, ldap)) {
      case null -> null;
      case HbaFile.Loaded loaded -> loaded.rules();
      case HbaFile.Invalid invalid -> {
        add(invalid.problems(), problems);
        yield null;
      }
    };
  }

  private static void add(List<FileProblem> found, List<Problem> problems) {
    found.forEach(each -> problems.add(new Problem(each.file(), each.line(), "", each.message())));
  }

  private static @Nullable LdapSettings ldap(@Nullable LdapConfig ldap, List<Problem> problems) {
    if (ldap == null) {
      return null;
    }
    LdapOptions written =
        new LdapOptions(
            ldap.url(),
            ldap.server(),
            ldap.port(),
            ldap.scheme() == LdapScheme.LDAPS,
            ldap.tls(),
            ldap.prefix(),
            ldap.suffix(),
            ldap.basedn(),
            ldap.binddn(),
            ldap.bindpasswd() == null ? null : ldap.bindpasswd().reveal(),
            ldap.searchattribute(),
            ldap.searchfilter());
    try {
      return LdapSettings.of(written, "");
    } catch (InvalidLdapException e) {
      problems.add(ofKey("auth.ldap", e.problem()));
      return null;
    }
  }
}
