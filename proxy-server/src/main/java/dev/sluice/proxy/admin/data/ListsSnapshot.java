package dev.sluice.proxy.admin.data;

/**
 * How many of each thing there are.
 *
 * @param freeClients client slots that are allocated and unused, 0 where nothing is preallocated
 * @param usedClients clients that are logged in
 * @param loginClients clients that log in
 * @param freeServers backends that are idle
 * @param usedServers backends that are not
 */
public record ListsSnapshot(
    int databases,
    int users,
    int peers,
    int pools,
    int peerPools,
    int freeClients,
    int usedClients,
    int loginClients,
    int freeServers,
    int usedServers,
    int dnsNames,
    int dnsZones,
    int dnsQueries,
    int dnsPending) {}
