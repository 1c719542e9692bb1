package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.adapter.files.Storages;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Storage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseTest {
    private static final Lease.Timing QUICK = new Lease.Timing(Duration.ofMillis(20), Duration.ofMillis(200));

    @TempDir
    private Path folder;

    private Storage storage;

    @BeforeEach
    void storage() {
        storage = Storages.of(folder.toString(), new Configuration(false));
    }

    @Test
    void whileItIsHeldNobodyElseGetsItAndTheHolderIsNamed() {
        try (Lease first = Lease.take(storage, "p", "run-a", QUICK)) {
            assertThat(first.epoch()).isEqualTo(1);
            assertThatThrownBy(() -> Lease.take(storage, "p", "run-b", QUICK))
                    .isInstanceOf(SluiceException.class)
                    .hasMessageContaining("the pipeline is being run by run run-a (process "
                            + ProcessHandle.current().pid());
            assertThatCode(first::check).doesNotThrowAnyException();
        }
        try (Lease second = Lease.take(storage, "p", "run-b", QUICK)) {
            assertThat(second.epoch()).isEqualTo(2);
        }
    }

    @Test
    void aHolderWhoseProcessIsGoneIsFollowedAtOnce() {
        String here = holderHost();
        dead("1", here, "4194304");
        try (Lease next =
                Lease.take(storage, "p", "run-b", new Lease.Timing(Duration.ofSeconds(1), Duration.ofHours(1)))) {
            assertThat(next.epoch()).isEqualTo(2);
        }
    }

    @Test
    void aSilentHolderOnAnotherMachineIsFollowedAndFenced() {
        dead("1", "elsewhere", "1");
        try (Lease next = Lease.take(storage, "p", "run-b", QUICK)) {
            assertThat(next.epoch()).isEqualTo(2);
            storage.write("_sluice/lease/p/000000000003.lease", "{}".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(next::check)
                    .isInstanceOf(SluiceException.class)
                    .hasMessage("another driver took over this pipeline (lease 3, ours is 2)");
        }
    }

    @Test
    void aDriverThatWasTakenOverLeavesTheNewLeaseAlone() {
        Lease zombie = Lease.take(storage, "p", "run-a", QUICK);
        dead("1", holderHost(), "4194304");
        try (Lease next = Lease.take(storage, "p", "run-b", QUICK)) {
            zombie.close();
            assertThatCode(next::check).doesNotThrowAnyException();
            assertThatThrownBy(() -> Lease.take(storage, "p", "run-c", QUICK))
                    .isInstanceOf(SluiceException.class)
                    .hasMessageContaining("run run-b");
        }
    }

    @Test
    void ofManyDriversAtOnceOneGetsIt() throws InterruptedException {
        Queue<Lease> got = new ConcurrentLinkedQueue<>();
        ExecutorService drivers = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) {
            String run = "run-" + i;
            drivers.execute(() -> {
                try {
                    got.add(Lease.take(storage, "p", run, QUICK));
                } catch (SluiceException e) {
                    assertThat(e.code().exit().code()).isEqualTo(75);
                }
            });
        }
        drivers.shutdown();
        assertThat(drivers.awaitTermination(10, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        assertThat(got).hasSize(1);
        got.forEach(Lease::close);
    }

    private void dead(String epoch, String host, String pid) {
        storage.write(
                "_sluice/lease/p/00000000000" + epoch + ".lease",
                ("{\"host\":\"" + host + "\",\"pid\":" + (pid.isEmpty() ? "0" : pid)
                                + ",\"run_id\":\"run-a\",\"started\":\"2000-01-01T00:00:00Z\"}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private String holderHost() {
        Storage other = Storages.of(folder.resolve("other").toString(), new Configuration(false));
        try (Lease lease = Lease.take(other, "p", "run", QUICK)) {
            String content =
                    new String(other.read("_sluice/lease/p/000000000001.lease").orElseThrow(), StandardCharsets.UTF_8);
            assertThat(lease.epoch()).isEqualTo(1);
            return content.replaceAll(".*\"host\":\"([^\"]+)\".*", "$1");
        }
    }
}
