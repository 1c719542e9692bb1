package dev.sluice.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a sealed interface: how a mapping chooses its record. With a key name, that key's value is the {@link Name} of a
 * permitted record ({@code kind: delta}); without, the record is the one whose first component's key is present
 * ({@code unique: [flight_id]}). The records are shown in the order of {@code permits}, which must be written out: the
 * compiler's own order is not always the source's.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Family {
    String key() default "";
}
