/** Start, drain, stop: wires the rooms together. */
@NullMarked
package dev.sluice.proxy.server;

import org.jspecify.annotations.NullMarked;
