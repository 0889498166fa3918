package dev.sluice.proxy.server;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.Problem;
import java.util.ArrayList;
import java.util.List;

/** Starts the proxy that this distribution holds. */
public final class SluiceStarter implements ServerStarter {
  @Override
  public List<Problem> check(SluiceConfig config) {
    List<Problem> problems = new ArrayList<>(AuthFiles.load(config.auth()).problems());
    Tls.problems(config)
        .forEach(problem -> problems.add(new Problem(problem.file(), 0, "", problem.reason())));
    return problems;
  }

  @Override
  public RunningServer start(SluiceConfig config) throws StartupException {
    return SluiceServer.start(config);
  }
}
