/**
 * Who may log in from where, and how: files in the syntax of pg_hba.conf and pg_ident.conf
 * (PostgreSQL manual, "Client Authentication"), and the rules they hold.
 *
 * <p>Files are read whole, and every problem is reported with file and line. What is read is
 * immutable and safe for all threads.
 */
@NullMarked
package dev.sluice.proxy.auth.hba;

import org.jspecify.annotations.NullMarked;
