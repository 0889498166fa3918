package dev.sluice.it.property;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import java.util.function.BiFunction;

/**
 * Where a scenario is played.
 *
 * @param login who a client of the scenario logs in as, made of what the scenario says
 * @param shares whether the clients share as many backends as the scenario says, so that one may
 *     have to wait for others
 * @param end ends what was started for it
 */
record Target(
    Address address, BiFunction<Scenario, Login, Login> login, boolean shares, Runnable end)
    implements AutoCloseable {

  @Override
  public void close() {
    end.run();
  }
}
