/**
 * Real drivers and tools, unchanged, through the proxy: more clients than backends, answers
 * checked.
 */
@NullMarked
package dev.sluice.it.drivers;

import org.jspecify.annotations.NullMarked;
