package dev.sluice.config;

import java.util.List;

/** What is done with session state in transaction mode. */
public record SessionConfig(
    @Key(absent = "track", doc = "SET of a session") StatePolicy set,
    @Key(absent = "pin", doc = "SQL-level PREPARE") StatePolicy prepare,
    @Key(
            absent = "pin",
            words = {"pin", "reject", "allow"},
            doc = "LISTEN")
        StatePolicy listen,
    @Key(
            absent = "pin",
            words = {"pin", "reject", "allow"},
            doc = "temporary tables")
        StatePolicy temporaryTables,
    @Key(
            absent = "pin",
            words = {"pin", "reject", "allow"},
            doc = "cursors WITH HOLD")
        StatePolicy heldCursors,
    @Key(
            absent = "pin",
            words = {"pin", "reject", "allow"},
            doc = "session advisory locks")
        StatePolicy advisoryLocks,
    @Key(
            absent = "reject",
            words = {"pin", "reject", "allow"},
            doc = "LOAD")
        StatePolicy load,
    @Key(
            absent = "allow",
            words = {"pin", "reject", "allow"},
            doc = "currval and lastval of an earlier transaction")
        StatePolicy sequences,
    @Key(absent = "session", doc = "replication connections: a backend of their own, or refused")
        ReplicationPolicy replication,
    @Key(absent = "log", doc = "what a released backend with unexpected state leads to")
        AuditPolicy audit,
    @Key(absent = "[]", doc = "startup parameters that are not passed on")
        List<String> ignoreStartupParameters) {}
