package dev.sluice.testing;

import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test the one server of a kind of the JVM: started at the first such parameter, ended after the last test. */
public final class ServerExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ServerExtension.class);
    private static final Map<Class<?>, Supplier<? extends AutoCloseable>> SERVERS = Map.of(
            PostgresServer.class,
            PostgresServer::start,
            KafkaServer.class,
            KafkaServer::start,
            RedisServer.class,
            RedisServer::start,
            S3Server.class,
            S3Server::start,
            HdfsServer.class,
            HdfsServer::start);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return SERVERS.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(type, key -> new Running(SERVERS.get(type).get()), Running.class)
                .server();
    }

    /** What JUnit closes; the servers themselves are used without it, too. */
    private record Running(AutoCloseable server) implements CloseableResource {
        @Override
        public void close() throws Exception {
            server.close();
        }
    }
}
