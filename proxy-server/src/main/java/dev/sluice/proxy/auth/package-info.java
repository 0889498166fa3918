/**
 * Proving who a client is, and proving ourselves to PostgreSQL.
 *
 * <p>Both sides are state machines over message bodies, free of channels. A step never throws for
 * what a peer sent, and never does slow work on the calling thread: that goes to an executor, as a
 * pending step.
 */
@NullMarked
package dev.sluice.proxy.auth;

import org.jspecify.annotations.NullMarked;
