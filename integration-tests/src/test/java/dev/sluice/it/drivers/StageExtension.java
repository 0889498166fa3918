package dev.sluice.it.drivers;

import dev.sluice.it.PostgresServers;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link Stage}; the store of the whole run closes it behind the last test. */
final class StageExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(StageExtension.class);

  private final PostgresServers.Extension servers = new PostgresServers.Extension();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    PostgresServers versions = (PostgresServers) servers.resolveParameter(parameter, context);
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Stage.class, key -> Stage.open(versions));
  }
}
