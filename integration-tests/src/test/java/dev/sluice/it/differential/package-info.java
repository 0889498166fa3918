@NullMarked
package dev.sluice.it.differential;

import org.jspecify.annotations.NullMarked;
