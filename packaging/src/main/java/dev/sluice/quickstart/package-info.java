/** A PostgreSQL of one's own for tests and for the quickstart, and the quickstart itself. */
@NullMarked
package dev.sluice.quickstart;

import org.jspecify.annotations.NullMarked;
