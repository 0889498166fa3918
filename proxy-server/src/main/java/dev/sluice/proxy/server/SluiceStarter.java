package dev.sluice.proxy.server;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.Problem;
import dev.sluice.proxy.auth.UsersFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the proxy that this distribution holds. */
public final class SluiceStarter implements ServerStarter {
  @Override
  public List<Problem> check(SluiceConfig config) {
    List<Problem> problems = new ArrayList<>(usersFile(config));
    Tls.problems(config)
        .forEach(problem -> problems.add(new Problem(problem.file(), 0, "", problem.reason())));
    return problems;
  }

  private static List<Problem> usersFile(SluiceConfig config) {
    Path users = config.auth().usersFile();
    if (users == null) {
      return List.of();
    }
    return switch (UsersFile.load(users)) {
      case UsersFile.Loaded _ -> List.of();
      case UsersFile.Invalid invalid ->
          invalid.problems().stream()
              .map(problem -> new Problem(problem.file(), problem.line(), "", problem.message()))
              .toList();
    };
  }

  @Override
  public RunningServer start(SluiceConfig config) throws StartupException {
    return SluiceServer.start(config);
  }
}
