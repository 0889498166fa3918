package dev.sluice.it.drivers;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link Stage}; the store of the whole run closes it at the end. */
final class StageExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(StageExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Stage.class, key -> open(), Stage.class);
  }

  private static Stage open() {
    String external = System.getProperty(ExternalStage.PROXY);
    if (external != null) {
      return new ExternalStage(external, System.getProperty(ExternalStage.SERVER, external));
    }
    throw new IllegalStateException("no fixture yet: set -D" + ExternalStage.PROXY);
  }
}
