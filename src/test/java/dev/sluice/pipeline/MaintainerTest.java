package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.files.Storages;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.port.Storage;
import dev.sluice.testing.InMemoryTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaintainerTest {
    private static final TableName TABLE = new TableName("bronze.days");
    private static final RunKey KEY = new RunKey("0".repeat(32));

    @TempDir
    private Path folder;

    private Storage storage;
    private Maintainer maintainer;
    private final List<TableName> done = new ArrayList<>();

    @BeforeEach
    void lake() {
        storage = Storages.of(folder.toString(), new Configuration(false));
        maintainer = new Maintainer("orders", new InMemoryTables(null), storage);
        storage.write(Staging.of("orders", KEY) + "/part-0.parquet", new byte[1]);
        storage.write(Staging.of("orders-eu", KEY) + "/part-0.parquet", new byte[1]);
    }

    @Test
    void whatRunsOfThePipelineLeftBehindIsRemoved() {
        assertThat(maintainer.staged()).containsExactly("_sluice/staging/orders." + KEY);
        assertThat(maintain()).containsExactly("_sluice/staging/orders." + KEY);
        assertThat(storage.list("_sluice/staging")).containsExactly("orders-eu." + KEY);
        assertThat(done).containsExactly(TABLE);
        assertThat(maintain()).isEmpty();
    }

    @Test
    void nothingIsTouchedWhileARunGoesOn() {
        try (Lease run = Lease.take(storage, "orders", "nightly", Lease.Timing.USUAL)) {
            assertThatThrownBy(this::maintain)
                    .isInstanceOf(SluiceException.class)
                    .hasMessageStartingWith("the pipeline is being run by run nightly")
                    .extracting(e -> ((SluiceException) e).code())
                    .isEqualTo(ErrorCode.LEASE_HELD);
            run.check();
        }
        assertThat(maintainer.staged()).hasSize(1);
        assertThat(done).isEmpty();
        assertThat(maintain()).as("the run's lease is free again").hasSize(1);
    }

    private List<String> maintain() {
        return maintainer.maintain(
                "weekly", Map.of(TABLE, Maintenance.JOIN), (Maintained one) -> done.add(one.table()));
    }
}
