/** Who may use which backend, and who waits. */
@NullMarked
package dev.sluice.proxy.pool;

import org.jspecify.annotations.NullMarked;
