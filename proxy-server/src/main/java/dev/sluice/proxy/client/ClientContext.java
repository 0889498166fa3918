package dev.sluice.proxy.client;

import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.auth.LoginPolicy;
import dev.sluice.proxy.backend.CancelSender;
import dev.sluice.proxy.backend.Dialer;
import dev.sluice.proxy.pool.PoolRegistry;
import dev.sluice.proxy.session.StatementRegistry;
import dev.sluice.proxy.tls.ClientTls;

/** What all client connections have in common. */
public record ClientContext(
    SluiceConfig config,
    LoginPolicy logins,
    PoolRegistry pools,
    StatementRegistry statements,
    PolicyBook policies,
    ClientRegistry clients,
    CancelSender cancels,
    Dialer dialer,
    ConsoleFactory consoles,
    ClientTls tls,
    LoginFailureLog loginFailures) {

  boolean logConnections() {
    return config.log().connections();
  }
}
