package dev.sluice.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes a server's directories: by initdb, or as a copy of another server's. */
final class DataDirectory {
  /** A Unix socket's path has 107 bytes, of which the name takes up to 16. */
  private static final int LONGEST_SOCKET_DIRECTORY = 90;

  private DataDirectory() {}

  /** Holds the data directory, the socket and the log; any user may reach the socket. */
  static Path createHome(RunUser user) throws IOException {
    Path home = Files.createTempDirectory("sluice-pg-");
    if (home.toString().length() > LONGEST_SOCKET_DIRECTORY) {
      Files.delete(home);
      home = Files.createTempDirectory(Path.of("/tmp"), "sluice-pg-");
    }
    user.own(home);
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  static Path in(Path home) {
    return home.resolve("data");
  }

  static void create(EmbeddedPostgresBuilder options, Path home) throws IOException {
    Path data = in(home);
    EmbeddedPostgres original = options.original();
    if (original == null) {
      initialise(options, home);
    } else if (original.isRunning()) {
      throw new IllegalStateException("the server to copy is running: stop it first");
    } else {
      copy(original.dataDirectory(), data, options.runUser());
    }
    StringBuilder settings = new StringBuilder("\n");
    settings.append(setting("listen_addresses", "127.0.0.1"));
    options.settings().forEach((name, value) -> settings.append(setting(name, value)));
    Files.writeString(
        data.resolve("postgresql.conf"), settings.toString(), StandardOpenOption.APPEND);
    if (original == null || !options.hbaLines().isEmpty()) {
      Files.write(data.resolve("pg_hba.conf"), hba(options));
    }
  }

  /** A line of {@code postgresql.conf}. In quotes, a backslash and a quote are doubled. */
  static String setting(String name, String value) {
    return name + " = '" + value.replace("\\", "\\\\").replace("'", "''") + "'\n";
  }

  private static void initialise(EmbeddedPostgresBuilder options, Path home) throws IOException {
    RunUser user = options.runUser();
    List<String> command = new ArrayList<>();
    command.add(options.binaries().program("initdb").toString());
    command.addAll(List.of("-D", in(home).toString(), "-U", options.superuser()));
    command.addAll(List.of("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"));
    String password = options.superuserPassword();
    if (password == null) {
      command.add("--auth=trust");
      Command.run(user.command(command), home);
      return;
    }
    Path passwordFile =
        Files.createFile(
            home.resolve("password"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(passwordFile, password + "\n");
      user.own(passwordFile);
      command.add("--pwfile=" + passwordFile);
      // initdb stores the password as an md5 hash only if that is the method.
      command.add("--auth=" + (options.authentication().equals("md5") ? "md5" : "scram-sha-256"));
      Command.run(user.command(command), home);
    } finally {
      Files.delete(passwordFile);
    }
  }

  private static List<String> hba(EmbeddedPostgresBuilder options) {
    List<String> lines = new ArrayList<>(options.hbaLines());
    for (String databases : List.of("all", "replication")) {
      lines.add("local " + databases + " all " + options.authentication());
      lines.add("host " + databases + " all 127.0.0.1/32 " + options.authentication());
      lines.add("host " + databases + " all ::1/128 " + options.authentication());
    }
    return lines;
  }

  private static void copy(Path from, Path to, RunUser user) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        user.own(target);
      }
    }
  }
}
