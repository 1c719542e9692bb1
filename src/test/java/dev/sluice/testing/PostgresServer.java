package dev.sluice.testing;

import dev.sluice.config.Connection;
import dev.sluice.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real PostgreSQL on a free loopback port, its files in a temporary folder, that writes down each query it is sent. */
public final class PostgresServer implements AutoCloseable, Failing {
    /** Of the user {@code owner}, who may do everything. */
    public static final String PASSWORD = "wB6yR2qX9vK4nT8e";

    private final Optional<UserPrincipal> user;
    private final Path home;
    private final int port = Ports.free();
    private ServerProcess process;

    private PostgresServer(Optional<UserPrincipal> user, Path home) {
        this.user = user;
        this.home = home;
        this.process = launch();
    }

    /** Starts one; close it. */
    public static PostgresServer start() {
        try {
            Path home = Files.createTempDirectory("sluice-postgres-");
            Path password = Files.writeString(home.resolve("password"), PASSWORD);
            Optional<UserPrincipal> user = unprivileged(home);
            for (Path path : user.isPresent() ? List.of(home, password) : List.<Path>of()) {
                Files.setOwner(path, user.get());
            }
            Path data = home.resolve("data");
            Path log = home.resolve("log");
            int made = command(
                            user,
                            "initdb",
                            List.of("-D", data + "", "-U", "owner", "-A", "scram-sha-256", "--pwfile=" + password),
                            List.of("--no-locale", "--encoding=UTF8", "--no-sync"))
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (made != 0) {
                throw new AssertionError("initdb failed:\n" + Files.readString(log));
            }
            return new PostgresServer(user, home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ServerProcess launch() {
        try {
            ProcessBuilder command = command(
                    user,
                    "postgres",
                    List.of("-D", home.resolve("data") + "", "-h", "127.0.0.1", "-p", port + "", "-k", home + ""),
                    List.of("-c", "fsync=off", "-c", "log_statement=all", "-c", "log_line_prefix="));
            return ServerProcess.start("PostgreSQL", home, command, () -> answers(url("postgres")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CPU time that it has taken so far, its sessions included. */
    public double cpuSeconds() {
        return process.cpuSeconds();
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void startAgain() {
        process = launch();
    }

    @Override
    public void freeze() {
        process.freeze();
    }

    @Override
    public void thaw() {
        process.thaw();
    }

    /** PostgreSQL refuses to run as root. */
    private static Optional<UserPrincipal> unprivileged(Path home) throws IOException {
        return Files.getOwner(home).getName().equals("root")
                ? Optional.of(
                        home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"))
                : Optional.empty();
    }

    private static ProcessBuilder command(
            Optional<UserPrincipal> user, String program, List<String> arguments, List<String> more)
            throws IOException {
        List<String> command = new ArrayList<>();
        user.ifPresent(name -> command.addAll(List.of("setpriv", "--reuid=" + name.getName(), "--clear-groups", "--")));
        command.add(program(program).toString());
        command.addAll(arguments);
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(Path.of("/").toFile()); // one that any user may enter
        return builder;
    }

    /** Debian keeps the programs of each version apart, and not on the path. */
    private static Path program(String name) throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(versions)) {
            try (Stream<Path> all = Files.list(versions)) {
                all.map(version -> version.resolve("bin"))
                        .sorted(Comparator.reverseOrder())
                        .forEach(folders::add);
            }
        }
        Stream.of(System.getenv("PATH").split(":")).map(Path::of).forEach(folders::add);
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this test needs PostgreSQL, and there is no " + name
                        + ": run scripts/test, which installs it, or leave these tests out with -DexcludedGroups=it"));
    }

    /** Address of a database. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A connection of a user to a database as a pipeline file declares it. */
    public Connection.Jdbc connection(String database, String user, String password) {
        return new Connection.Jdbc(url(database), user, Optional.of(new Secret(password, "env/TEST")));
    }

    /** A connection of the owner. */
    public Connection.Jdbc connection() {
        return connection("postgres", "owner", PASSWORD);
    }

    /** Runs statements as the owner, one after another. */
    public void run(String... statements) {
        try (java.sql.Connection database = DriverManager.getConnection(url("postgres"), "owner", PASSWORD);
                Statement statement = database.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of the owner's query: values joined by |. */
    public List<String> query(String query) {
        try (java.sql.Connection database = DriverManager.getConnection(url("postgres"), "owner", PASSWORD);
                Statement statement = database.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    values.add(found.getString(i));
                }
                rows.add(String.join("|", values));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills a session, upon which PostgreSQL has ended all of them, recovers and is there again after a moment. */
    public void crash() {
        try (java.sql.Connection database = DriverManager.getConnection(url("postgres"), "owner", PASSWORD);
                java.sql.Connection other = DriverManager.getConnection(url("postgres"), "owner", PASSWORD);
                Statement statement = database.createStatement();
                ResultSet found = statement.executeQuery("SELECT pg_backend_pid()")) {
            found.next();
            ProcessHandle.of(found.getLong(1)).orElseThrow().destroyForcibly();
            while (other.isValid(1)) {
                Thread.onSpinWait();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How the owner's query is answered: a plan as the database writes it. */
    public String explain(String query) {
        try (java.sql.Connection database = DriverManager.getConnection(url("postgres"), "owner", PASSWORD);
                Statement statement = database.createStatement();
                ResultSet plan = statement.executeQuery("EXPLAIN " + query)) {
            StringBuilder lines = new StringBuilder();
            while (plan.next()) {
                lines.append(plan.getString(1)).append('\n');
            }
            return lines.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The queries that have been sent so far, oldest first. */
    public List<String> queries() {
        try {
            return Files.readString(home.resolve("log"), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("LOG:  execute "))
                    .map(line -> line.replaceFirst("^LOG: {2}execute [^:]*: ", ""))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close(); // waits for sessions that are still open
    }

    private static boolean answers(String url) throws SQLException {
        try (java.sql.Connection database = DriverManager.getConnection(url, "owner", PASSWORD)) {
            return database.isValid(1);
        }
    }
}
