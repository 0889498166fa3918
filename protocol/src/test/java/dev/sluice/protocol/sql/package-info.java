@NullMarked
package dev.sluice.protocol.sql;

import org.jspecify.annotations.NullMarked;
