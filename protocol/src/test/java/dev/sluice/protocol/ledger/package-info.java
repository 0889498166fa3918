@NullMarked
package dev.sluice.protocol.ledger;

import org.jspecify.annotations.NullMarked;
