package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.ErrorMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a login stands among the ways that a connection is tried: sslmodes allow and prefer have
 * two.
 *
 * @param next tries the other way, told why this one failed; null if there is none left
 * @param before why the first way failed; null if this is the first
 */
record LoginAttempt(@Nullable Consumer<ErrorMessage> next, @Nullable ErrorMessage before) {
  static final LoginAttempt ONLY = new LoginAttempt(null, null);
}
