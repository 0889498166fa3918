package dev.sluice.proxy.admin.data;

import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration.
 *
 * @param value as an operator would write it, hidden when secret; null when absent
 * @param defaultValue what an absent key means; null when it means nothing
 * @param changeable whether a reload can change it
 */
public record ConfigEntry(
    String key, @Nullable String value, @Nullable String defaultValue, boolean changeable) {}
