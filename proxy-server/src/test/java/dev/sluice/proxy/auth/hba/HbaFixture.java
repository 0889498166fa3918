package dev.sluice.proxy.auth.hba;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.protocol.startup.Replication;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes files into a folder, and reads them as rules. */
record HbaFixture(Path folder) {
  /** A network that has names for some addresses, and one interface. */
  record Names(Map<String, String> names) implements NetworkLookup {
    @Override
    public List<AttachedNetwork> interfaces() {
      return List.of(new AttachedNetwork(InetAddress.ofLiteral("192.168.7.9"), 24));
    }

    @Override
    public @Nullable String confirmedName(InetAddress address) {
      return names.get(address.getHostAddress());
    }
  }

  Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  HbaRules rules(String content) {
    HbaFile.Result result = HbaFile.load(write("hba.conf", content), UserNameMaps.none(), null);
    return assertInstanceOf(HbaFile.Loaded.class, result, result::toString).rules();
  }

  /** {@code line: message} of each problem, without the name of the file. */
  List<String> problems(String content) {
    HbaFile.Result result = HbaFile.load(write("hba.conf", content), UserNameMaps.none(), null);
    return assertInstanceOf(HbaFile.Invalid.class, result, result::toString).problems().stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  static LoginRequest tcp(String address, String user, String database) {
    return new LoginRequest(
        user,
        database,
        Replication.NONE,
        new Origin.Network(InetAddress.ofLiteral(address), false, null));
  }

  static LoginRequest tls(String address, String user, String database) {
    return new LoginRequest(
        user,
        database,
        Replication.NONE,
        new Origin.Network(InetAddress.ofLiteral(address), true, null));
  }

  static LoginRequest local(String user, String database) {
    return new LoginRequest(user, database, Replication.NONE, new Origin.Local(() -> user));
  }

  static LoginRequest replicating(LoginRequest request, Replication replication) {
    return new LoginRequest(request.user(), request.database(), replication, request.origin());
  }

  /** The line of the rule that matches; 0 for none, -1 if that is not known without a look-up. */
  static int line(HbaRules rules, LoginRequest request) {
    return line(rules.match(request));
  }

  static int line(HbaRules rules, LoginRequest request, NetworkLookup lookup) {
    return line(rules.match(request, 0, true, lookup));
  }

  private static int line(HbaRules.Match match) {
    return switch (match) {
      case HbaRules.Found found -> found.rule().line();
      case HbaRules.NoRule _ -> 0;
      case HbaRules.Unknown _ -> -1;
    };
  }
}
