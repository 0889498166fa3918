package dev.sluice.proxy.auth;

import java.util.concurrent.CompletableFuture;

/**
 * Where the secrets of users are to be found who are not in the users-file. Safe for all threads;
 * neither method blocks. The futures always complete normally, on a thread that may do a little
 * work and must not wait.
 */
public interface SecretSource {
  /**
   * Looks a user up; the answer may be one that was given before.
   *
   * @param database as the client calls it, known or not
   */
  CompletableFuture<SecretAnswer> find(String user, String database);

  /**
   * Looks a user up whose proof did not fit what was found: the password may have just been
   * changed. An answer of the last moment is given again.
   */
  CompletableFuture<SecretAnswer> findAgain(String user, String database);
}
