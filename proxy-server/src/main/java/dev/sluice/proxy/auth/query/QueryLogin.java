package dev.sluice.proxy.auth.query;

/**
 * Who runs the query.
 *
 * @param password empty for one who needs none
 */
public record QueryLogin(String user, String password) {
  @Override
  public String toString() {
    return "QueryLogin[" + user + "]";
  }
}
