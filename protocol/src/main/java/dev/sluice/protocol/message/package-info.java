/**
 * Messages that Sluice reads or writes itself, as PostgreSQL's manual gives them in
 * "Frontend/Backend Protocol", section "Message Formats". Everything else is relayed without being
 * decoded.
 */
@NullMarked
package dev.sluice.protocol.message;

import org.jspecify.annotations.NullMarked;
