package dev.sluice.proxy.cluster;

import dev.sluice.config.NodeRole;

/**
 * A server of the list that is watched.
 *
 * @param role what the configuration says of it
 */
public record MonitoredNode(ProbeTarget target, NodeRole role) {}
