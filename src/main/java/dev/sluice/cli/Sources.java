package dev.sluice.cli;

import dev.sluice.adapter.delta.DeltaSource;
import dev.sluice.adapter.files.FileSource;
import dev.sluice.adapter.jdbc.JdbcSource;
import dev.sluice.adapter.kafka.KafkaSource;
import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import java.util.Map;

/** What reads each source of a pipeline. */
final class Sources {
    private Sources() {}

    static RowSource of(String name, Read read, Map<String, Connection> connections) {
        if (read instanceof Read.Files files) {
            return new FileSource(files);
        }
        if (read instanceof Read.Delta delta) {
            return new DeltaSource(delta);
        }
        if (read instanceof Read.Jdbc jdbc) {
            return new JdbcSource(jdbc, (Connection.Jdbc) connections.get(jdbc.connection()));
        }
        if (read instanceof Read.Kafka kafka) {
            return new KafkaSource(kafka, (Connection.Kafka) connections.get(kafka.connection()));
        }
        if (read instanceof Read.Java java) {
            return ofClass(name, java);
        }
        throw new IllegalStateException("no source for " + read.format());
    }

    private static RowSource ofClass(String name, Read.Java java) {
        String action =
                "put its jar on the class path (spark-submit --jars), and see that the class is public and has a"
                        + " public constructor without parameters";
        try {
            Class<?> type =
                    Class.forName(java.uses(), true, Thread.currentThread().getContextClassLoader());
            return type.asSubclass(RowSource.class).getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "source " + name + " uses the class " + java.uses() + ", found no such class",
                    action,
                    e);
        } catch (ClassCastException | ReflectiveOperationException e) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "source " + name + " uses the class " + java.uses() + ", expected a " + RowSource.class.getName()
                            + " that can be made: " + e,
                    action,
                    e);
        }
    }
}
