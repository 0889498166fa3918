@NullMarked
package dev.sluice.proxy.tls;

import org.jspecify.annotations.NullMarked;
