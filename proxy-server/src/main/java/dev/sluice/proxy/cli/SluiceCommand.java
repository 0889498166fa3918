package dev.sluice.proxy.cli;

import dev.sluice.config.load.ConfigLoader;
import dev.sluice.config.load.LoadResult;
import dev.sluice.config.load.LoadResult.Invalid;
import dev.sluice.config.load.LoadResult.Loaded;
import dev.sluice.config.load.Problem;
import dev.sluice.proxy.server.RunningServer;
import dev.sluice.proxy.server.ServerStarter;
import dev.sluice.proxy.server.StartupException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "sluice",
    description = "A PostgreSQL connection-pooling proxy.",
    mixinStandardHelpOptions = true,
    versionProvider = SluiceCommand.Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success; for serve, also an orderly end after SIGTERM or SIGINT",
      "1:the server could not start, or failed",
      "2:the command line is wrong",
      "3:the configuration is invalid, or asks for what this version does not have"
    })
final class SluiceCommand {
  private final ServerStarter starter;
  private final Map<String, String> environment;
  private final Termination termination;
  private final PrintWriter out;
  private final PrintWriter err;

  SluiceCommand(
      ServerStarter starter,
      Map<String, String> environment,
      Termination termination,
      PrintWriter out,
      PrintWriter err) {
    this.starter = starter;
    this.environment = environment;
    this.termination = termination;
    this.out = out;
    this.err = err;
  }

  /** Prints what {@code --version} prints. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + dev.sluice.proxy.server.Version.current()};
    }
  }

  /** Runs one command line and returns its exit code. */
  int execute(String... arguments) {
    return new CommandLine(this).setOut(out).setErr(err).execute(arguments);
  }

  @Command(
      name = "serve",
      description = {
        "Serve clients until SIGTERM or SIGINT.",
        "Stays in the foreground and logs to standard error; one line there says when it is ready."
      },
      mixinStandardHelpOptions = true)
  int serve(
      @Option(
              names = {"-c", "--config"},
              required = true,
              paramLabel = "FILE",
              description = "The configuration file.")
          Path file)
      throws InterruptedException {
    LoadResult result = ConfigLoader.load(file, environment);
    return switch (result) {
      case Invalid(List<Problem> problems) -> invalid(problems);
      case Loaded loaded -> serve(loaded);
    };
  }

  private int serve(Loaded loaded) throws InterruptedException {
    List<Problem> problems = new ArrayList<>(CapabilityCheck.refusals(loaded));
    problems.addAll(starter.check(loaded.config()));
    if (!problems.isEmpty()) {
      return invalid(problems);
    }
    Logging.configure(loaded.config().log());
    LoggerFactory.getLogger("sluice")
        .info(
            "defaults that are not in force in this version: {}",
            String.join(", ", CapabilityCheck.defaultsNotInForce()));
    RunningServer server;
    try {
      server = starter.start(loaded.config());
    } catch (StartupException e) {
      err.println("sluice: " + e.getMessage());
      err.flush();
      return ExitCode.FAILED;
    }
    err.println(server.readyLine());
    err.flush();
    termination.await(server);
    return ExitCode.OK;
  }

  @Command(
      name = "check",
      description = {
        "Read a configuration and say what is wrong with it.",
        "Accepts keys that this version cannot serve yet."
      },
      mixinStandardHelpOptions = true)
  int check(
      @Option(
              names = {"-c", "--config"},
              required = true,
              paramLabel = "FILE",
              description = "The configuration file.")
          Path file,
      @Option(names = "--offline", description = "Do not connect to any server.") boolean offline) {
    LoadResult result = ConfigLoader.load(file, environment);
    return switch (result) {
      case Invalid(List<Problem> problems) -> invalid(problems);
      case Loaded loaded -> {
        List<Problem> problems = starter.check(loaded.config());
        if (!problems.isEmpty()) {
          yield invalid(problems);
        }
        out.println(file + ": ok (" + summary(loaded) + ")");
        out.flush();
        yield ExitCode.OK;
      }
    };
  }

  private static String summary(Loaded loaded) {
    int databases = loaded.config().databases().size();
    String any = loaded.config().fallback() == null ? "" : " and any other";
    int notYet = CapabilityCheck.refusals(loaded).size();
    return databases
        + (databases == 1 ? " database" : " databases")
        + any
        + (notYet == 0 ? "" : "; serve of this version refuses " + notYet + " of its keys");
  }

  private int invalid(List<Problem> problems) {
    problems.forEach(err::println);
    err.flush();
    return ExitCode.INVALID_CONFIGURATION;
  }
}
