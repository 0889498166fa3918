package dev.sluice.config;

/** The cache of analysed statement texts. */
public record StatementsConfig(
    @Key(absent = "10000", min = "1", doc = "statement texts whose analysis is kept")
        int cacheSize) {}
