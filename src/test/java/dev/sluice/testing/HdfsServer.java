package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** A real HDFS on a free loopback port, one name node and one data node, its files in a temporary folder. */
public final class HdfsServer implements AutoCloseable {
    private static final Path CLASS_PATH = Path.of("target/hdfs.classpath");

    private final ServerProcess process;
    private final String root;

    private HdfsServer(ServerProcess process, String root) {
        this.process = process;
        this.root = root;
    }

    static HdfsServer start() {
        try {
            if (!Files.exists(CLASS_PATH)) {
                throw new AssertionError("this test needs HDFS, and there is no " + CLASS_PATH
                        + ": run scripts/test, which makes it, or leave these tests out with -DexcludedGroups=it");
            }
            Path home = Files.createTempDirectory("sluice-hdfs-");
            int port = Ports.free();
            ProcessBuilder command = new ProcessBuilder(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dtest.build.data=" + home.resolve("data"),
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-cp",
                    Files.readString(CLASS_PATH),
                    "org.apache.hadoop.test.MiniDFSClusterManager",
                    "-format",
                    "-datanodes",
                    "1",
                    "-httpport",
                    "0",
                    "-nnport",
                    String.valueOf(port)));
            String root = "hdfs://127.0.0.1:" + port;
            return new HdfsServer(ServerProcess.start("HDFS", home, command, () -> answers(root)), root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Address of its root. */
    public String root() {
        return root;
    }

    /** Once the data node has told the name node of its room. */
    private static boolean answers(String root) throws IOException {
        Configuration impatient = new Configuration();
        impatient.set("ipc.client.connect.max.retries", "0");
        try (FileSystem files = FileSystem.newInstance(URI.create(root), impatient)) {
            return files.getStatus().getCapacity() > 0;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
