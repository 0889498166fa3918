package dev.sluice.proxy.auth.hba;

import dev.sluice.protocol.startup.Replication;

/** A name in the database field of a rule. */
sealed interface DatabasePattern {
  boolean matches(LoginRequest request);

  record All() implements DatabasePattern {
    @Override
    public boolean matches(LoginRequest request) {
      return hasDatabase(request);
    }
  }

  record SameUser() implements DatabasePattern {
    @Override
    public boolean matches(LoginRequest request) {
      return hasDatabase(request) && request.database().equals(request.user());
    }
  }

  /** Physical replication, which has no database and which no other name stands for. */
  record PhysicalReplication() implements DatabasePattern {
    @Override
    public boolean matches(LoginRequest request) {
      return !hasDatabase(request);
    }
  }

  record Named(String name) implements DatabasePattern {
    @Override
    public boolean matches(LoginRequest request) {
      return hasDatabase(request) && name.equals(request.database());
    }
  }

  record Matching(NameRegex regex) implements DatabasePattern {
    @Override
    public boolean matches(LoginRequest request) {
      return hasDatabase(request) && regex.found(request.database());
    }
  }

  private static boolean hasDatabase(LoginRequest request) {
    return request.replication() != Replication.PHYSICAL;
  }

  static DatabasePattern parse(Token token) throws InvalidEntryException {
    if (token.isKeyword("all")) {
      return new All();
    }
    if (token.isKeyword("sameuser")) {
      return new SameUser();
    }
    if (token.isKeyword("replication")) {
      return new PhysicalReplication();
    }
    if (token.isKeyword("samerole") || token.isKeyword("samegroup")) {
      throw new InvalidEntryException(
          token.text()
              + " asks for the members of a role, which only PostgreSQL knows; list databases and"
              + " users, or use sameuser");
    }
    return token.isRegex() ? new Matching(NameRegex.parse(token)) : new Named(token.text());
  }
}
