@NullMarked
package dev.sluice.it.fault;

import org.jspecify.annotations.NullMarked;
