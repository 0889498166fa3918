package dev.sluice.config.load;

import dev.sluice.config.Key;
import dev.sluice.config.NodeRole;

/** The keys of a node that is written as a section. */
record NodeKeys(
    @Key(absent = Key.REQUIRED, doc = "name or address of the server") String host,
    @Key(absent = "5432", min = "1", max = "65535", doc = "its port") int port,
    @Key(absent = "auto", doc = "its role; auto = discovered") NodeRole role,
    @Key(absent = "1", min = "1", max = "1000", doc = "its share of reads beside other replicas")
        int weight) {}
