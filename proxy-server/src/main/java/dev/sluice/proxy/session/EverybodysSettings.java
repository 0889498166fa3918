package dev.sluice.proxy.session;

import java.util.Collection;
import java.util.Set;

/**
 * Parameters that anybody may set at any time, to whatever they have (manual, "Server
 * Configuration"; context {@code user} in pg_settings). A statement that names one need not have
 * been carried out for its value to be carried to another backend. Of others only what PostgreSQL
 * lists as set can be: {@code SET max_connections}, parsed and never executed, leaves a value that
 * nobody may set.
 */
public final class EverybodysSettings {
  private static final Set<String> NAMES =
      Set.of(
          "application_name",
          "bytea_output",
          "client_encoding",
          "client_min_messages",
          "constraint_exclusion",
          "datestyle",
          "default_tablespace",
          "default_text_search_config",
          "default_transaction_deferrable",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "effective_cache_size",
          "enable_bitmapscan",
          "enable_hashagg",
          "enable_hashjoin",
          "enable_indexonlyscan",
          "enable_indexscan",
          "enable_material",
          "enable_mergejoin",
          "enable_nestloop",
          "enable_partitionwise_aggregate",
          "enable_partitionwise_join",
          "enable_seqscan",
          "enable_sort",
          "extra_float_digits",
          "from_collapse_limit",
          "geqo",
          "idle_in_transaction_session_timeout",
          "intervalstyle",
          "jit",
          "join_collapse_limit",
          "lc_monetary",
          "lc_numeric",
          "lc_time",
          "lock_timeout",
          "maintenance_work_mem",
          "max_parallel_workers_per_gather",
          "plan_cache_mode",
          "random_page_cost",
          "role",
          "row_security",
          "search_path",
          "seq_page_cost",
          "standard_conforming_strings",
          "statement_timeout",
          "synchronous_commit",
          "timezone",
          "work_mem",
          "xmloption");

  private EverybodysSettings() {}

  /**
   * Whether they all are.
   *
   * @param names in lower case; those of extensions and applications, with a dot, count as such
   */
  public static boolean are(Collection<String> names) {
    for (String name : names) {
      if (!NAMES.contains(name) && name.indexOf('.') < 0) {
        return false;
      }
    }
    return true;
  }
}
