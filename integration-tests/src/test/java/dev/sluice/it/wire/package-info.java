@NullMarked
package dev.sluice.it.wire;

import org.jspecify.annotations.NullMarked;
