package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;

/**
 * What pools of drivers send before they reuse a connection: DISCARD, DEALLOCATE, RESET, CLOSE,
 * UNLISTEN. Of what they clean up the console has prepared statements and portals.
 *
 * @param name of the statement or portal; empty for all of them, or where there is nothing to name
 */
record SessionCleanup(Target target, String name, String tag) implements ConsoleCommand {
  enum Target {
    ALL,
    STATEMENTS,
    PORTALS,
    NOTHING
  }

  static ConsoleCommand parseDiscard(TokenReader in) throws ConsoleException {
    if (in.accept("all")) {
      return new SessionCleanup(Target.ALL, "", "DISCARD ALL");
    }
    if (in.accept("plans")) {
      return new SessionCleanup(Target.NOTHING, "", "DISCARD PLANS");
    }
    if (in.accept("sequences")) {
      return new SessionCleanup(Target.NOTHING, "", "DISCARD SEQUENCES");
    }
    if (!in.accept("temporary")) {
      in.expect("temp");
    }
    return new SessionCleanup(Target.NOTHING, "", "DISCARD TEMP");
  }

  static ConsoleCommand parseDeallocate(TokenReader in) throws ConsoleException {
    in.accept("prepare");
    return in.accept("all")
        ? new SessionCleanup(Target.STATEMENTS, "", "DEALLOCATE ALL")
        : new SessionCleanup(Target.STATEMENTS, in.expectName(), "DEALLOCATE");
  }

  static ConsoleCommand parseReset(TokenReader in) throws ConsoleException {
    do {
      in.expectName();
    } while (in.acceptSymbol("."));
    return new SessionCleanup(Target.NOTHING, "", "RESET");
  }

  static ConsoleCommand parseClose(TokenReader in) throws ConsoleException {
    return in.accept("all")
        ? new SessionCleanup(Target.PORTALS, "", "CLOSE CURSOR ALL")
        : new SessionCleanup(Target.PORTALS, in.expectName(), "CLOSE CURSOR");
  }

  static ConsoleCommand parseUnlisten(TokenReader in) throws ConsoleException {
    if (!in.acceptSymbol("*")) {
      in.expectName();
    }
    return new SessionCleanup(Target.NOTHING, "", "UNLISTEN");
  }

  @Override
  public Outcome run(CommandContext context) throws ConsoleException {
    SessionObjects objects = context.objects();
    switch (target) {
      case ALL -> {
        if (context.transaction().inBlock()) {
          throw ConsoleErrors.error(
              SqlState.ACTIVE_SQL_TRANSACTION, "DISCARD ALL cannot run inside a transaction block");
        }
        objects.closeStatements();
        objects.closePortals();
      }
      case STATEMENTS -> {
        if (name.isEmpty()) {
          objects.closeStatements();
        } else {
          objects.statement(name);
          objects.closeStatement(name);
        }
      }
      case PORTALS -> {
        if (name.isEmpty()) {
          objects.closePortals();
        } else {
          objects.portal(name);
          objects.closePortal(name);
        }
      }
      case NOTHING -> {
        // Accepted: what it would clean up does not exist here.
      }
    }
    return Outcome.done(tag);
  }
}
