/**
 * The console: what an operator asks of Sluice over the PostgreSQL protocol, and the answers.
 *
 * <p>{@link dev.sluice.proxy.admin.Console} opens one {@link dev.sluice.proxy.admin.ConsoleSession}
 * per client; the session turns message bodies into answer bytes and knows no channel. What it
 * shows comes from {@link dev.sluice.proxy.admin.data.ConsoleData} alone.
 */
@NullMarked
package dev.sluice.proxy.admin;

import org.jspecify.annotations.NullMarked;
