/**
 * What PostgreSQL still owes for what was sent to it: the only truth about "is this backend quiet".
 */
@NullMarked
package dev.sluice.protocol.ledger;

import org.jspecify.annotations.NullMarked;
