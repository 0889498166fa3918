package dev.sluice.proxy.auth.ldap;

/** Options that do not go together. The message says what is wrong, and what would be valid. */
public final class InvalidLdapException extends Exception {
  private static final long serialVersionUID = 1;

  private final String problem;

  InvalidLdapException(String problem) {
    super(problem);
    this.problem = problem;
  }

  public String problem() {
    return problem;
  }
}
