/** Event loops, transports and what both kinds of channel share. */
@NullMarked
package dev.sluice.proxy.net;

import org.jspecify.annotations.NullMarked;
