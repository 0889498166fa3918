package dev.sluice.config;

import java.util.List;

/** Who may use the console. */
public record AdminConfig(
    @Key(absent = "[]", doc = "who may run every console command") List<String> users,
    @Key(absent = "[]", doc = "who may run SHOW") List<String> statsUsers) {}
