package dev.sluice.config.load;

import java.nio.file.Path;

/**
 * A key that is set to something other than what its absence would mean.
 *
 * @param key as it is written: {@code databases.app.pool.size}, {@code listen[1].route}
 * @param tableKey its entry in the table of keys: {@code databases.*.pool.size}, {@code
 *     listen[].route}
 * @param value as it would be written; {@code ***} for a secret
 */
public record KeyUse(String key, String tableKey, Path file, int line, String value) {}
