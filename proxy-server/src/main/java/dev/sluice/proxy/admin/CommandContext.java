package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.data.ConsoleData;

/** What a command may use while it runs: the proxy, and the session that asks. */
record CommandContext(
    ConsoleData data,
    StatsAverages averages,
    ConsoleIdentity identity,
    ConsoleTransaction transaction,
    SessionObjects objects) {}
