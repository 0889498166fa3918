package dev.sluice.proxy.admin;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A command that the console will have and has not yet: it says so, instead of being unknown. */
record UnavailableCommand(String name, ConsoleRole needs) implements ConsoleCommand {

  /** First words of commands. */
  static final List<String> COMMANDS =
      List.of(
          "pause",
          "resume",
          "disable",
          "enable",
          "reconnect",
          "kill",
          "kill_client",
          "wait_close",
          "reload",
          "shutdown",
          "drain",
          "undrain",
          "explain");

  /** What SHOW will show. */
  static final Set<String> TABLES =
      Set.of("routes", "waits", "latency", "errors", "dns_hosts", "peers", "peer_pools");

  static UnavailableCommand parse(String command, TokenReader in) {
    in.skipToEnd();
    return new UnavailableCommand(command, ConsoleRole.ADMIN);
  }

  @Override
  public Outcome run(CommandContext context) throws ConsoleException {
    throw ConsoleErrors.unavailable(
        name.toUpperCase(Locale.ROOT), "SHOW HELP lists what this version can do.");
  }
}
