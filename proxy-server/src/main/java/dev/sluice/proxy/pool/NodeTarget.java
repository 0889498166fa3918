package dev.sluice.proxy.pool;

import dev.sluice.proxy.backend.BackendTarget;
import java.util.function.Supplier;

/**
 * A node as a pool dials it.
 *
 * @param name how operators name the server
 * @param current asked anew for every dial, for the credentials may have changed
 */
record NodeTarget(String name, Supplier<BackendTarget> current) {}
