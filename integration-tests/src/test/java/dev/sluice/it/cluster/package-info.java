/** A primary and its standbys, and what can happen to them. */
@NullMarked
package dev.sluice.it.cluster;

import org.jspecify.annotations.NullMarked;
