package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.HdfsServer;
import dev.sluice.testing.LakeRows;
import dev.sluice.testing.S3Server;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw files and the lake in an object store and in HDFS, from the command line. */
@ServerTest
final class StoresTest {
    private static final String PIPELINE = "src/test/resources/pipelines/stores.yml";
    private static final String FIRST = "2024-03-01/2024-03-02";
    private static final String SECOND = "2024-03-02/2024-03-03";
    private static final int TRIPS = 24;

    @TempDir
    private Path folder;

    @Test
    void anObjectStoreHoldsWhatTwoDriversAtOnceWrite(S3Server s3) throws Exception {
        Store store = new Store(s3.bucket("flow"), s3.endpoint(), s3.hadoop());
        store.arrive(1);
        Answer first = store.run(FIRST);
        assertThat(first.code()).as(first.toString()).isZero();
        assertThat(first.err()).contains("ingest/bronze.trips          24 rows in, 23 out, 1 quarantined");

        store.arrive(2);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process other = store.sluice().start(out, err, store.arguments(SECOND));
        Answer second = store.run(SECOND);
        int code = other.waitFor();
        assertThat(List.of(second.code(), code))
                .as(second + "\n" + Files.readString(err))
                .contains(0)
                .isSubsetOf(0, 75);
        assertThat(store.rows()).isEqualTo(rows(2));

        Answer again = store.run(SECOND);
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err()).contains("ingest/bronze.clicks         already done");
        Answer stopped = store.call("quarantine", "show", "bronze.trips");
        assertThat(stopped.out()).contains("s3a://flow/raw/trips/2.csv.gz  line 9");
    }

    @Test
    void theSameInHdfs(HdfsServer hdfs) throws Exception {
        Store store = new Store(hdfs.root() + "/flow", "http://127.0.0.1:9", new Configuration());
        store.arrive(1);
        Answer done = store.run(FIRST);
        assertThat(done.code()).as(done.toString()).isZero();
        store.arrive(2);
        Answer later = store.run(SECOND);
        assertThat(later.code()).as(later.toString()).isZero();
        assertThat(store.rows()).isEqualTo(rows(2));
        Answer again = store.run(FIRST);
        assertThat(again.err()).contains("ingest/bronze.trips          already done");
        assertThat(store.call("maintain").code()).isZero();
        assertThat(store.rows()).isEqualTo(rows(2));
    }

    /** What the tables hold after the first days, as Python reads them; columns in the order of their names. */
    private static Map<String, List<String>> rows(int days) {
        List<String> trips = new ArrayList<>();
        List<String> clicks = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (int day = 1; day <= days; day++) {
            clicks.add(day + "|page " + day);
            for (int i = 0; i < TRIPS; i++) {
                String trip = String.format(
                        Locale.ROOT,
                        "2024-03-%02d %02d:00:00+00:00|%s|t%d-%d|0|%.1f|%s",
                        day,
                        i,
                        "2024-03-0" + day,
                        day,
                        i,
                        (double) i,
                        place(i));
                if (i != 7) {
                    trips.add(trip);
                }
                if (day == days && i >= TRIPS - 2) {
                    places.add(trip.replace("|2024-03-0" + day, ""));
                }
            }
        }
        return Map.of(
                "bronze.trips", trips.stream().sorted().toList(),
                "bronze.clicks", clicks,
                "bronze.places", places);
    }

    private static String place(int i) {
        return i % 2 == 0 ? "north" : "south";
    }

    /** A root in a store, with what lies and runs there. */
    private final class Store {
        private final String root;
        private final String endpoint;
        private final Configuration hadoop;

        Store(String root, String endpoint, Configuration hadoop) {
            this.root = root;
            this.endpoint = endpoint;
            this.hadoop = hadoop;
        }

        /** A day's files: 24 trips of which one is too long, two clicks of which one has no number. */
        void arrive(int day) throws IOException {
            StringBuilder csv = new StringBuilder("id,at,place,length,late\n");
            for (int i = 0; i < TRIPS; i++) {
                csv.append(String.format(
                        Locale.ROOT,
                        "t%d-%d,2024-03-%02dT%02d:00:00Z,%s,%d,0\n",
                        day,
                        i,
                        day,
                        i,
                        place(i),
                        i == 7 ? 1000 : i));
            }
            org.apache.hadoop.fs.Path raw = new org.apache.hadoop.fs.Path(root, "raw");
            FileSystem files = raw.getFileSystem(hadoop);
            try (OutputStream out = new GZIPOutputStream(
                    files.create(new org.apache.hadoop.fs.Path(raw, "trips/" + day + ".csv.gz")))) {
                out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
            }
            try (OutputStream out = files.create(new org.apache.hadoop.fs.Path(raw, "clicks/" + day + ".json"))) {
                out.write(("{\"id\":" + day + ",\"page\":\"page " + day + "\"}\n{\"id\":\"none\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
        }

        Sluice sluice() {
            Sluice sluice = new Sluice(folder, "http://127.0.0.1:9");
            for (Map.Entry<String, String> variable : S3Server.CREDENTIALS.entrySet()) {
                sluice = sluice.with(variable.getKey(), variable.getValue());
            }
            return sluice;
        }

        String[] arguments(String interval) {
            return located(List.of("run", "--job", "daily", "--interval", interval));
        }

        Answer run(String interval) {
            return sluice().call(arguments(interval));
        }

        Answer call(String... arguments) {
            return sluice().call(located(List.of(arguments)));
        }

        private String[] located(List<String> arguments) {
            List<String> all = new ArrayList<>(arguments);
            all.addAll(List.of("-p", PIPELINE, "--var", "root=" + root, "--var", "endpoint=" + endpoint));
            return all.toArray(String[]::new);
        }

        /** The tables' rows, read by Python from a copy. */
        Map<String, List<String>> rows() throws IOException {
            Path copy = Files.createTempDirectory(folder, "copy");
            org.apache.hadoop.fs.Path lake = new org.apache.hadoop.fs.Path(root, "lake/bronze");
            FileUtil.copy(
                    lake.getFileSystem(hadoop), lake, copy.resolve("bronze").toFile(), false, hadoop);
            return LakeRows.read(copy, "bronze.trips", "bronze.clicks", "bronze.places");
        }
    }
}
