package dev.sluice.quickstart;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who PostgreSQL runs as. The server refuses to run as root, so a root process gives its children
 * to {@code postgres}, or to {@code nobody} where that user does not exist; anybody else runs them
 * himself.
 *
 * @param name the user's name
 * @param uid the user's number
 * @param prefix what goes before a command so that it runs as that user; empty without a change
 */
record RunUser(String name, long uid, List<String> prefix) {

  static RunUser detect() {
    UnixSystem self = new UnixSystem();
    if (self.getUid() != 0) {
      return new RunUser(self.getUsername(), self.getUid(), List.of());
    }
    for (String candidate : List.of("postgres", "nobody")) {
      if (exists(candidate)) {
        return unprivileged(candidate);
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither a user postgres nor a user nobody exists:"
            + " create one (useradd --system postgres) or run this as an ordinary user");
  }

  /** Makes {@code path} the user's own. Does nothing where the user is who we are. */
  void own(Path path) throws IOException {
    if (!prefix.isEmpty()) {
      Files.setOwner(path, principal(name));
    }
  }

  /** {@code command} as this user would run it. */
  List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  private static RunUser unprivileged(String name) {
    String uid = id("-u", name);
    // setpriv replaces itself by the command; runuser stays as its parent. Both are util-linux.
    Optional<Path> setpriv = onPath("setpriv");
    if (setpriv.isPresent()) {
      return new RunUser(
          name,
          Long.parseLong(uid),
          List.of(
              setpriv.get().toString(),
              "--reuid=" + uid,
              "--regid=" + id("-g", name),
              "--clear-groups",
              "--"));
    }
    Optional<Path> runuser = onPath("runuser");
    if (runuser.isPresent()) {
      return new RunUser(
          name, Long.parseLong(uid), List.of(runuser.get().toString(), "-u", name, "--"));
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither setpriv nor runuser (package util-linux) is"
            + " here to run it as "
            + name
            + ": install one or run this as an ordinary user");
  }

  private static boolean exists(String name) {
    try {
      principal(name);
      return true;
    } catch (UserPrincipalNotFoundException absent) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UserPrincipal principal(String name) throws IOException {
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
  }

  private static String id(String option, String name) {
    return Command.run(List.of("id", option, name)).strip();
  }

  /** A root shell's PATH may lack the sbin directories where runuser is. */
  private static Optional<Path> onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/usr/sbin:/bin:/sbin";
    for (String folder : path.split(":", -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, program);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
