package dev.sluice.proxy.auth.hba;

/** A name in the user field of a rule, or the database user of a user name map. */
sealed interface UserPattern {
  boolean matches(String user);

  record All() implements UserPattern {
    @Override
    public boolean matches(String user) {
      return true;
    }
  }

  record Named(String name) implements UserPattern {
    @Override
    public boolean matches(String user) {
      return name.equals(user);
    }
  }

  record Matching(NameRegex regex) implements UserPattern {
    @Override
    public boolean matches(String user) {
      return regex.found(user);
    }
  }

  static UserPattern parse(Token token) throws InvalidEntryException {
    if (token.isKeyword("all")) {
      return new All();
    }
    if (token.isRoleMembership()) {
      throw new InvalidEntryException(
          token.text()
              + " stands for the members of a role, which only PostgreSQL knows; list the users,"
              + " or name a file of them by @file");
    }
    return token.isRegex() ? new Matching(NameRegex.parse(token)) : new Named(token.text());
  }
}
