@NullMarked
package dev.sluice.protocol.message;

import org.jspecify.annotations.NullMarked;
