/**
 * Random sessions, the same ones with PostgreSQL and behind Sluice: what operations there are, how
 * a scenario is drawn from a seed, played, compared and made smaller.
 */
@NullMarked
package dev.sluice.it.property;

import org.jspecify.annotations.NullMarked;
