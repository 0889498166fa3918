@NullMarked
package dev.sluice.proxy.auth.query;

import org.jspecify.annotations.NullMarked;
