package dev.sluice.config.load;

import dev.sluice.config.Reload;

/**
 * One row of the table of keys.
 *
 * @param key {@code pool.size}, {@code databases.*.nodes}, {@code listen[].route}
 * @param type what is valid, in words
 * @param absent what an absent key means, as it would be written; empty for a section, and when the
 *     key is required
 */
public record KeyDescription(String key, String type, String absent, Reload reload, String doc) {}
