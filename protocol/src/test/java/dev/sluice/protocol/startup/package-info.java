@NullMarked
package dev.sluice.protocol.startup;

import org.jspecify.annotations.NullMarked;
