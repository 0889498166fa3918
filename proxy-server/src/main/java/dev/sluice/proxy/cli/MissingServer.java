package dev.sluice.proxy.cli;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.Problem;
import dev.sluice.proxy.server.RunningServer;
import dev.sluice.proxy.server.ServerStarter;
import dev.sluice.proxy.server.StartupException;
import java.util.List;

/** Stands where the server belongs in a build that has none. */
final class MissingServer implements ServerStarter {
  @Override
  public List<Problem> check(SluiceConfig config) {
    return List.of();
  }

  @Override
  public RunningServer start(SluiceConfig config) throws StartupException {
    throw new StartupException("this build has no server in it; only check works");
  }
}
