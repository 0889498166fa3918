/**
 * What the operator writes, as immutable typed records. The components of a record are the keys of
 * its section: {@link dev.sluice.config.Key} on each says what an absent key means, what is valid,
 * and when a reload takes it up. Reading a file into them is {@link
 * dev.sluice.config.load.ConfigLoader}'s work.
 */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
