package dev.sluice.protocol.sql;

/**
 * Identifiers that mean something to the analysis; each is spelled as its constant, in any case of
 * letters.
 */
enum Word {
  /** Any other identifier. */
  NONE,

  // Commands, and what tells their variants apart.
  ABORT,
  ALL,
  ALTER,
  ANALYSE,
  ANALYZE,
  AND,
  AS,
  ATOMIC,
  AUTHORIZATION,
  BEGIN,
  CALL,
  CHAIN,
  CHARACTERISTICS,
  CHECKPOINT,
  CLOSE,
  CLUSTER,
  COMMENT,
  COMMIT,
  CONSTRAINTS,
  COPY,
  CREATE,
  DEALLOCATE,
  DECLARE,
  DEFAULT,
  DELETE,
  DISCARD,
  DO,
  DROP,
  END,
  EXECUTE,
  EXPLAIN,
  FETCH,
  FOR,
  FUNCTION,
  GLOBAL,
  GRANT,
  HOLD,
  IMPORT,
  INSERT,
  INTO,
  KEY,
  LISTEN,
  LOAD,
  LOCAL,
  LOCK,
  MERGE,
  MOVE,
  NAMES,
  NO,
  NOTIFY,
  OPTION,
  OR,
  PREPARE,
  PREPARED,
  PROCEDURE,
  REASSIGN,
  REFRESH,
  REINDEX,
  RELEASE,
  REPLACE,
  RESET,
  RETURN,
  REVOKE,
  ROLE,
  ROLLBACK,
  SAVEPOINT,
  SCHEMA,
  SECURITY,
  SEED,
  SELECT,
  SESSION,
  SET,
  SHARE,
  SHOW,
  START,
  TABLE,
  TEMP,
  TEMPORARY,
  TIME,
  TO,
  TRANSACTION,
  TRUE,
  TRUNCATE,
  UNLISTEN,
  UPDATE,
  VACUUM,
  VALUES,
  VERBOSE,
  WITH,
  WORK,
  XML,
  ZONE,

  // Settings that PostgreSQL reports in every supported version.
  APPLICATION_NAME(Role.REPORTED_SETTING),
  CLIENT_ENCODING(Role.REPORTED_SETTING),
  DATESTYLE(Role.REPORTED_SETTING),
  INTERVALSTYLE(Role.REPORTED_SETTING),
  STANDARD_CONFORMING_STRINGS(Role.REPORTED_SETTING),
  TIMEZONE(Role.REPORTED_SETTING),

  // A view: updating it sets parameters.
  PG_SETTINGS,

  // Functions that change settings.
  SET_CONFIG(Role.CHANGES_SETTINGS),
  SET_LIMIT(Role.CHANGES_SETTINGS),

  // Functions that run a query given as a string: anything may hide in it.
  QUERY_TO_XML(Role.RUNS_TEXT),
  QUERY_TO_XML_AND_XMLSCHEMA(Role.RUNS_TEXT),
  QUERY_TO_XMLSCHEMA(Role.RUNS_TEXT),
  TS_REWRITE(Role.RUNS_TEXT),
  TS_STAT(Role.RUNS_TEXT),

  // Names whose use leaves something in the session: locks, temporary objects, connections, slots.
  DBLINK_CONNECT(Role.LEAVES_STATE),
  DBLINK_CONNECT_U(Role.LEAVES_STATE),
  PG_ADVISORY_LOCK(Role.LOCKS),
  PG_ADVISORY_LOCK_SHARED(Role.LOCKS),
  PG_ADVISORY_UNLOCK(Role.ENDS_STATE),
  PG_ADVISORY_UNLOCK_ALL(Role.ENDS_STATE),
  PG_ADVISORY_UNLOCK_SHARED(Role.ENDS_STATE),
  PG_BACKUP_START(Role.LEAVES_STATE),
  PG_COPY_LOGICAL_REPLICATION_SLOT(Role.LEAVES_STATE),
  PG_COPY_PHYSICAL_REPLICATION_SLOT(Role.LEAVES_STATE),
  PG_CREATE_LOGICAL_REPLICATION_SLOT(Role.LEAVES_STATE),
  PG_CREATE_PHYSICAL_REPLICATION_SLOT(Role.LEAVES_STATE),
  PG_REPLICATION_ORIGIN_SESSION_SETUP(Role.LEAVES_STATE),
  PG_START_BACKUP(Role.LEAVES_STATE),
  PG_TEMP(Role.TEMPORARY),
  PG_TRY_ADVISORY_LOCK(Role.LOCKS),
  PG_TRY_ADVISORY_LOCK_SHARED(Role.LOCKS),
  SETSEED(Role.LEAVES_STATE),

  // Functions on sequences.
  CURRVAL(Role.SEQUENCE_VALUE),
  LASTVAL(Role.SEQUENCE_VALUE),
  NEXTVAL(Role.SEQUENCE_USE),
  SETVAL(Role.SEQUENCE_USE);

  /** What a word means wherever it stands as an identifier. */
  enum Role {
    PLAIN,
    REPORTED_SETTING,
    LEAVES_STATE,
    LOCKS,
    ENDS_STATE,
    TEMPORARY,
    SEQUENCE_VALUE,
    SEQUENCE_USE,
    RUNS_TEXT,
    CHANGES_SETTINGS
  }

  private final Role role;

  Word() {
    this(Role.PLAIN);
  }

  Word(Role role) {
    this.role = role;
  }

  Role role() {
    return role;
  }
}
