/** One connection to PostgreSQL: its states from dial to close. */
@NullMarked
package dev.sluice.proxy.backend;

import org.jspecify.annotations.NullMarked;
