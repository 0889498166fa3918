package dev.sluice.proxy.client;

import dev.sluice.config.SessionConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The policies of all databases, made once for each different section of the configuration. */
public final class PolicyBook {
  private final Map<SessionConfig, SessionPolicies> policies = new ConcurrentHashMap<>();

  SessionPolicies of(SessionConfig config) {
    return policies.computeIfAbsent(config, SessionPolicies::new);
  }
}
