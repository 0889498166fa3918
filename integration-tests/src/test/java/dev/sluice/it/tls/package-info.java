/** TLS on both sides, with certificates that are made when the tests run. */
@NullMarked
package dev.sluice.it.tls;

import org.jspecify.annotations.NullMarked;
