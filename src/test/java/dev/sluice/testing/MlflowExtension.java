package dev.sluice.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test the one MLflow server of the JVM: started at the first such parameter, ended after the last test. */
public final class MlflowExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(MlflowExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == MlflowServer.class;
    }

    @Override
    public MlflowServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(MlflowServer.class, key -> MlflowServer.start(), MlflowServer.class);
    }
}
