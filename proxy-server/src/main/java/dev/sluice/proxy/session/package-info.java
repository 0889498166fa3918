/** What a client believes its session holds: settings, prepared statements, pins. */
@NullMarked
package dev.sluice.proxy.session;

import org.jspecify.annotations.NullMarked;
