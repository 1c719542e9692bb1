package dev.sluice.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.port.Storage;
import dev.sluice.testing.S3Server;
import dev.sluice.testing.ServerTest;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** Drivers race for a file of an S3 store, each with a client of its own. */
@ServerTest
final class ExactS3AFileSystemTest {
    private static final int DRIVERS = 4;
    private static final int ROUNDS = 15;

    @Test
    void oneOfManyDriversCreatesAFile(S3Server s3) throws Exception {
        String bucket = s3.bucket("race");
        List<FileSystem> drivers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(DRIVERS);
        try {
            for (int i = 0; i < DRIVERS; i++) {
                drivers.add(FileSystem.newInstance(URI.create(bucket), exact(s3)));
            }
            for (int round = 0; round < ROUNDS; round++) {
                Path entry = new Path(bucket, String.format("/table/_delta_log/%020d.json", round));
                List<Callable<Boolean>> attempts = new ArrayList<>();
                for (int i = 0; i < DRIVERS; i++) {
                    FileSystem driver = drivers.get(i);
                    String content = "driver " + i;
                    attempts.add(() -> creates(driver, entry, content));
                }
                List<Integer> winners = new ArrayList<>();
                List<Future<Boolean>> outcomes = threads.invokeAll(attempts);
                for (int i = 0; i < DRIVERS; i++) {
                    if (outcomes.get(i).get()) {
                        winners.add(i);
                    }
                }
                assertThat(winners).as("winners of round " + round).hasSize(1);
                assertThat(new String(drivers.get(0).open(entry).readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("driver " + winners.get(0));
            }
        } finally {
            threads.shutdown();
            for (FileSystem driver : drivers) {
                driver.close();
            }
        }
    }

    @Test
    void whatWasSentTwiceByTheSameDriverIsItsOwn(S3Server s3) throws Exception {
        String bucket = s3.bucket("twice");
        try (FileSystem driver = FileSystem.newInstance(URI.create(bucket), exact(s3))) {
            Path entry = new Path(bucket, "/table/_delta_log/00000000000000000000.json");
            assertThat(creates(driver, entry, "ours")).isTrue();
            assertThat(creates(driver, entry, "ours")).isTrue();
            assertThat(creates(driver, entry, "another's")).isFalse();
        }
    }

    @Test
    void aLeaseIsTakenOnce(S3Server s3) {
        Storage storage = Storages.of(s3.bucket("lease") + "/lake", exact(s3));
        assertThat(storage.create("_sluice/lease/p/1.lease", new byte[] {1})).isTrue();
        assertThat(storage.create("_sluice/lease/p/1.lease", new byte[] {2})).isFalse();
        assertThat(storage.read("_sluice/lease/p/1.lease")).hasValue(new byte[] {1});
    }

    @Test
    void otherFilesAreWrittenAsEver(S3Server s3) throws Exception {
        String bucket = s3.bucket("others");
        try (FileSystem driver = FileSystem.newInstance(URI.create(bucket), exact(s3))) {
            Path file = new Path(bucket, "/raw/day.csv");
            assertThat(creates(driver, file, "a")).isTrue();
            assertThatThrownBy(() -> driver.create(file, false)).isInstanceOf(FileAlreadyExistsException.class);
            try (OutputStream out = driver.create(file, true)) {
                out.write('b');
            }
            assertThat(driver.open(file).readAllBytes()).containsExactly('b');
        }
    }

    @Test
    void anImplementationThatSomebodyChoseIsKept() {
        Configuration chosen = new Configuration();
        chosen.set("fs.s3a.impl", "com.example.OtherS3");
        assertThat(Storages.exact(chosen)).isEmpty();
        Configuration hadoop = new Configuration();
        assertThat(Storages.isRacy("s3a://lake", hadoop)).isTrue();
        assertThat(Storages.isRacy("hdfs://lake", hadoop)).isFalse();
        Storages.exact(hadoop).forEach(hadoop::set);
        assertThat(hadoop.get("fs.s3a.impl")).isEqualTo(ExactS3AFileSystem.class.getName());
        assertThat(Storages.isRacy("s3a://lake", hadoop)).isFalse();
    }

    private static Configuration exact(S3Server s3) {
        Configuration hadoop = s3.hadoop();
        Storages.exact(hadoop).forEach(hadoop::set);
        return hadoop;
    }

    private static boolean creates(FileSystem driver, Path file, String content) throws Exception {
        try (OutputStream out = driver.create(file, false)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        return true;
    }
}
