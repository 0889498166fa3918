/**
 * Frameworks that lean on session state, unchanged, through a pool in transaction mode that is
 * smaller than their number of connections: what one client sets, locks or listens for stays with
 * it, and never shows in another.
 */
@NullMarked
package dev.sluice.it.frameworks;

import org.jspecify.annotations.NullMarked;
