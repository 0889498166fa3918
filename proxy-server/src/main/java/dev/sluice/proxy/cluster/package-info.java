/**
 * What is known of each server behind a database: its role, its health and its freshness.
 *
 * <p>{@link dev.sluice.proxy.cluster.ServerProber} asks one server, {@link
 * dev.sluice.proxy.cluster.ClusterMonitor} makes one picture of the answers for one list of nodes,
 * and {@link dev.sluice.proxy.cluster.FreshnessClock} reckons how stale a replica can be at most
 * and whether it has seen a write. Nothing here knows clients, pools or channels, and nothing
 * blocks who asks.
 */
@NullMarked
package dev.sluice.proxy.cluster;

import org.jspecify.annotations.NullMarked;
