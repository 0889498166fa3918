package dev.sluice.config.load;

import dev.sluice.config.ClientConfig;
import dev.sluice.config.Key;
import dev.sluice.config.PoolConfig;

/** The keys of one entry of {@code users}. */
record UserKeys(
    @Key(absent = Key.SECTION, doc = "the user's pools") PoolConfig pool,
    @Key(absent = Key.SECTION, doc = "time limits of the user's clients") ClientConfig client) {}
