package dev.sluice.proxy.server;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.Problem;
import java.util.List;

/** Makes a running server of a configuration. */
public interface ServerStarter {
  /**
   * What is wrong with the files that the configuration names (users-file, certificates), which
   * only the parts that use them can read. Opens no socket. Empty when the server could start as
   * far as files go.
   */
  List<Problem> check(SluiceConfig config);

  /**
   * Starts serving; when it returns, clients can connect.
   *
   * @throws StartupException when the server cannot start; nothing of it is left behind
   */
  RunningServer start(SluiceConfig config) throws StartupException;
}
