@NullMarked
package dev.sluice.proxy.cli;

import org.jspecify.annotations.NullMarked;
