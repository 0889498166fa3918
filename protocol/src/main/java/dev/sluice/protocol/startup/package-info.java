/**
 * The packets without a tag that open a connection: startup, encryption requests and cancel
 * requests.
 */
@NullMarked
package dev.sluice.protocol.startup;

import org.jspecify.annotations.NullMarked;
