@NullMarked
package dev.sluice.it;

import org.jspecify.annotations.NullMarked;
