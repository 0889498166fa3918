/** One client connection: its states from startup to close. */
@NullMarked
package dev.sluice.proxy.client;

import org.jspecify.annotations.NullMarked;
