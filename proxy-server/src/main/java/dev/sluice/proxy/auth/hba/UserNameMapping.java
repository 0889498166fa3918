package dev.sluice.proxy.auth.hba;

import org.jspecify.annotations.Nullable;

/** One line of a user name map. */
sealed interface UserNameMapping {
  boolean allows(String systemName, String user);

  /** One name of the outside. */
  record OfName(String systemName, UserPattern users) implements UserNameMapping {
    @Override
    public boolean allows(String name, String user) {
      return systemName.equals(name) && users.matches(user);
    }
  }

  /** All names that an expression is found in. */
  record OfNames(NameRegex systemNames, UserPattern users) implements UserNameMapping {
    @Override
    public boolean allows(String name, String user) {
      return systemNames.found(name) && users.matches(user);
    }
  }

  /** The user is made from what the expression's first group matched. */
  record Rewritten(NameRegex systemNames, String before, String behind) implements UserNameMapping {
    @Override
    public boolean allows(String name, String user) {
      @Nullable String group = systemNames.firstGroup(name);
      return group != null && user.equals(before + group + behind);
    }
  }

  /** Parses what follows the map's name. */
  static UserNameMapping parse(Fields fields) throws InvalidEntryException {
    Token system = fields.single("the system's user name");
    Token user = fields.single("the database user");
    if (fields.hasNext()) {
      throw new InvalidEntryException(
          "there is something behind the database user; write map, system user, database user");
    }
    int reference = user.isRegex() ? -1 : user.text().indexOf("\\1");
    if (!system.isRegex()) {
      return new OfName(system.text(), UserPattern.parse(user));
    }
    NameRegex regex = NameRegex.parse(system);
    if (reference < 0) {
      return new OfNames(regex, UserPattern.parse(user));
    }
    if (regex.groups() == 0) {
      throw new InvalidEntryException(
          "\\1 stands for a group that "
              + system.text()
              + " does not have; put what is meant in parentheses");
    }
    return new Rewritten(
        regex, user.text().substring(0, reference), user.text().substring(reference + 2));
  }
}
