package dev.sluice.proxy.admin;

/** Who is at the console, and by which of its names ({@code sluice}, {@code pgbouncer}) it came. */
record ConsoleIdentity(String user, String database, ConsoleRole role) {}
