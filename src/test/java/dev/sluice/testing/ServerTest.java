package dev.sluice.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that takes a {@link PostgresServer}, a {@link KafkaServer} or a {@link RedisServer} as a parameter; left out of the
 * fast loop by its tag, {@code it}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("it")
@ExtendWith(ServerExtension.class)
public @interface ServerTest {}
