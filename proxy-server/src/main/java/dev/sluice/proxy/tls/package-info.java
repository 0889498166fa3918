/**
 * TLS on both sides: what the certificate files hold, the contexts made of them, and what a
 * connection that uses one has proved.
 */
@NullMarked
package dev.sluice.proxy.tls;

import org.jspecify.annotations.NullMarked;
