package dev.sluice.proxy.cli;

import dev.sluice.proxy.server.ServerStarter;
import dev.sluice.proxy.server.SluiceStarter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where the process begins. */
public final class Main {
  private Main() {}

  /** Runs the command line with the server that this distribution has, and exits. */
  public static void main(String[] arguments) {
    System.exit(run(new SluiceStarter(), arguments));
  }

  static int run(ServerStarter starter, String... arguments) {
    return new SluiceCommand(
            starter,
            System.getenv(),
            new ProcessTermination(),
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }
}
