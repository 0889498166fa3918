package dev.sluice.proxy.auth.hba;

import java.util.List;

/**
 * Rules in the order in which they are tried. The first that matches a login decides; a later one
 * is not asked if that refuses.
 */
public final class HbaRules {
  private static final NetworkLookup SYSTEM = new SystemNetwork();

  private final List<HbaRule> rules;

  HbaRules(List<HbaRule> rules) {
    this.rules = List.copyOf(rules);
  }

  public List<HbaRule> all() {
    return rules;
  }

  /** What the rules say of a login. */
  public sealed interface Match {}

  public record Found(HbaRule rule) implements Match {}

  public record NoRule() implements Match {}

  /**
   * Not known without asking the system or a name service: {@link #lookUp} goes on.
   *
   * @param at the rule that asks
   */
  public record Unknown(int at) implements Match {}

  /** Tries the rules as far as that is possible without blocking. */
  public Match match(LoginRequest request) {
    return match(request, 0, false, SYSTEM);
  }

  /** Goes on from the rule that {@link #match} could not decide. Blocks. */
  public Match lookUp(LoginRequest request, Unknown from) {
    return match(request, from.at(), true, SYSTEM);
  }

  Match match(LoginRequest request, int from, boolean mayBlock, NetworkLookup lookup) {
    for (int i = from; i < rules.size(); i++) {
      HbaRule rule = rules.get(i);
      if (!rule.concerns(request)) {
        continue;
      }
      AddressPattern address = rule.address();
      if (address == null || !(request.origin() instanceof Origin.Network network)) {
        return new Found(rule);
      }
      if (address.needsLookup() && !mayBlock) {
        return new Unknown(i);
      }
      if (address.matches(network.address(), lookup)) {
        return new Found(rule);
      }
    }
    return new NoRule();
  }
}
