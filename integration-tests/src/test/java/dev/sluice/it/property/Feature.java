package dev.sluice.it.property;

/** What not every pool mode can hide; a scenario has it only where its target can. */
enum Feature {
  /** Run-time parameters at login: RESET, RESET ALL and DISCARD ALL go back to these. */
  LOGIN_PARAMETERS,
  /** Changes of settings that no statement shows: in functions and by computed names. */
  UNSEEN_CHANGES,
  /** EXECUTE and DEALLOCATE of what the protocol prepared, Bind of what PREPARE made. */
  CROSSED_NAMES,
  /** currval and lastval of what an earlier transaction drew. */
  EARLIER_SEQUENCE_VALUES,
  /** Whether a custom parameter is unknown or empty, after somebody set it. */
  UNKNOWN_CUSTOM_PARAMETERS
}
