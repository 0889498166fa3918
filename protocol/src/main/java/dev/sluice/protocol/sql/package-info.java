/**
 * What can be told about a statement from its text alone, without a parser and without the catalog.
 */
@NullMarked
package dev.sluice.protocol.sql;

import org.jspecify.annotations.NullMarked;
