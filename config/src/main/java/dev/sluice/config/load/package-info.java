/**
 * From a HOCON file to {@link dev.sluice.config.SluiceConfig}, with every problem found on the way.
 * {@link dev.sluice.config.load.ConfigLoader} is the way in.
 */
@NullMarked
package dev.sluice.config.load;

import org.jspecify.annotations.NullMarked;
