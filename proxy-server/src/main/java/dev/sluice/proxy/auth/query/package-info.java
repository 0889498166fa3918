/** Secrets that the operator's query finds on a server. */
@NullMarked
package dev.sluice.proxy.auth.query;

import org.jspecify.annotations.NullMarked;
