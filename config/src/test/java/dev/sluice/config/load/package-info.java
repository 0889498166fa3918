@NullMarked
package dev.sluice.config.load;

import org.jspecify.annotations.NullMarked;
