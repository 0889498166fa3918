@NullMarked
package dev.sluice.proxy.server;

import org.jspecify.annotations.NullMarked;
