package dev.sluice.proxy.server;

import dev.sluice.config.AuthMethod;
import dev.sluice.config.ListenAddress;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.Worded;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of PgBouncer 1.25 that have a counterpart here, with the value in PgBouncer's units:
 * seconds without a unit, milliseconds for tcp_user_timeout, 0 and 1 for no and yes, lists with
 * commas.
 */
final class PgBouncerKeys {
  /** How a configuration says what a key of PgBouncer says. */
  @FunctionalInterface
  interface Value {
    @Nullable String of(SluiceConfig config);
  }

  /** By PgBouncer's name, in its order. */
  static final Map<String, Value> ALL = Collections.unmodifiableMap(all());

  private PgBouncerKeys() {}

  private static Map<String, Value> all() {
    Map<String, Value> keys = new TreeMap<>();
    listening(keys);
    clients(keys);
    authentication(keys);
    pools(keys);
    return keys;
  }

  private static void listening(Map<String, Value> keys) {
    keys.put(
        "listen_addr",
        config ->
            config.listen().stream()
                .map(ListenAddress::host)
                .distinct()
                .collect(Collectors.joining(",")));
    keys.put("listen_port", config -> number(config.listen().getFirst().port()));
    keys.put("unix_socket_dir", config -> file(config.unixSocketDir()));
    keys.put("tcp_keepalive", config -> flag(!config.tcp().keepAlive().isZero()));
    keys.put("tcp_keepidle", config -> seconds(config.tcp().keepAlive()));
    keys.put("tcp_user_timeout", config -> number(config.tcp().userTimeout().toMillis()));
    keys.put("log_connections", config -> flag(config.log().connections()));
    keys.put("log_disconnections", config -> flag(config.log().connections()));
    keys.put("client_tls_sslmode", config -> Worded.wordOf(config.client().tls().mode()));
    keys.put("client_tls_cert_file", config -> file(config.client().tls().certificate()));
    keys.put("client_tls_key_file", config -> file(config.client().tls().key()));
    keys.put("client_tls_ca_file", config -> file(config.client().tls().ca()));
  }

  private static void clients(Map<String, Value> keys) {
    keys.put("max_client_conn", config -> number(config.client().maxConnections()));
    keys.put("client_login_timeout", config -> seconds(config.client().loginTimeout()));
    keys.put("client_idle_timeout", config -> seconds(config.client().idleTimeout()));
    keys.put("query_timeout", config -> seconds(config.client().queryTimeout()));
    keys.put(
        "idle_transaction_timeout", config -> seconds(config.client().idleTransactionTimeout()));
    keys.put("transaction_timeout", config -> seconds(config.client().transactionTimeout()));
    keys.put(
        "ignore_startup_parameters", config -> list(config.session().ignoreStartupParameters()));
  }

  private static void authentication(Map<String, Value> keys) {
    keys.put("auth_type", config -> authType(config.auth().method()));
    keys.put("auth_file", config -> file(config.auth().usersFile()));
    keys.put("auth_query", config -> config.auth().query());
    keys.put("auth_user", config -> config.auth().queryUser());
    keys.put("auth_hba_file", config -> file(config.auth().hbaFile()));
    keys.put("auth_ident_file", config -> file(config.auth().identFile()));
    keys.put("admin_users", config -> list(config.admin().users()));
    keys.put("stats_users", config -> list(config.admin().statsUsers()));
  }

  private static void pools(Map<String, Value> keys) {
    keys.put("pool_mode", config -> Worded.wordOf(config.pool().mode()));
    keys.put("default_pool_size", config -> number(config.pool().size()));
    keys.put("min_pool_size", config -> number(config.pool().minSize()));
    keys.put("reserve_pool_size", config -> number(config.pool().reserveSize()));
    keys.put("reserve_pool_timeout", config -> seconds(config.pool().reserveAfter()));
    keys.put("max_db_connections", config -> number(config.pool().maxDatabaseConnections()));
    keys.put("max_user_connections", config -> number(config.pool().maxUserConnections()));
    keys.put("max_db_client_connections", config -> number(config.pool().maxDatabaseClients()));
    keys.put("max_user_client_connections", config -> number(config.pool().maxUserClients()));
    keys.put("query_wait_timeout", config -> seconds(config.pool().waitTimeout()));
    keys.put("query_wait_notify", config -> seconds(config.pool().waitNoticeAfter()));
    keys.put("server_connect_timeout", config -> seconds(config.pool().connectTimeout()));
    keys.put("server_idle_timeout", config -> seconds(config.pool().idleTimeout()));
    keys.put("server_lifetime", config -> seconds(config.pool().lifetime()));
    keys.put("server_check_delay", config -> seconds(config.pool().checkAfterIdle()));
    keys.put("server_reset_query", config -> config.pool().resetQuery());
    keys.put("max_prepared_statements", config -> number(config.pool().preparedStatements()));
  }

  private static String authType(AuthMethod method) {
    return method == AuthMethod.PASSWORD ? "plain" : Worded.wordOf(method);
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  private static String flag(boolean value) {
    return value ? "1" : "0";
  }

  private static String seconds(Duration value) {
    BigDecimal exact =
        BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
    return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
  }

  private static String list(List<String> values) {
    return String.join(",", values);
  }

  private static String file(@Nullable Path path) {
    return path == null ? "" : path.toString();
  }
}
