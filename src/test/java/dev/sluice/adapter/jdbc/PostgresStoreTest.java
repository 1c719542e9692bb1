package dev.sluice.adapter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Connection;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Secret;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineStore.Session;
import dev.sluice.port.OnlineView;
import dev.sluice.testing.OnlineStoreContract;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.ServerTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real PostgreSQL: where Feast finds what is written, what ends, who may write. */
@ServerTest
final class PostgresStoreTest extends OnlineStoreContract {
    private static final String SCHEMA = "online_store";
    private static final String TABLE = "online_store.p_v";

    private final PostgresServer server;

    PostgresStoreTest(PostgresServer server) {
        this.server = server;
    }

    @Test
    void aRowIsWhereFeastLooks() {
        try (Session session = store().open(VIEW)) {
            session.write(List.of(row(1001, 1_704_067_200_123_456L, "hi")));
        }
        assertThat(server.query("SELECT encode(entity_key, 'hex'), feature_name, encode(value, 'hex'), value_text,"
                        + " event_ts AT TIME ZONE 'UTC' FROM " + TABLE + " ORDER BY feature_name"))
                .containsExactly(
                        "0100000002000000020000006964" + "0400000008000000e903000000000000"
                                + "|_ts:v||null|2024-01-01 00:00:00.123456",
                        "0100000002000000020000006964" + "0400000008000000e903000000000000"
                                + "|f|12026869|null|2024-01-01 00:00:00.123456");
    }

    /** Feast writes no row of ours that holds the entity's time, and does not look whether it overwrites something younger. */
    @Test
    void whatFeastHasWrittenCounts() {
        try (Session session = store().open(VIEW)) {
            server.run("INSERT INTO " + TABLE + " SELECT decode('0100000002000000020000006964040000000800000001000000"
                    + "00000000', 'hex'), 'f', '\\x1200', 'stale', NULL, TIMESTAMPTZ '1970-01-01 00:00:10Z', now()");
            assertThat(session.write(List.of(row(1, 9_999_999, "older")))).isZero();
            assertThat(session.compare(List.of(row(1, 10_000_000, "")))).containsExactly(List.of(OnlineMatch.EQUAL));
            assertThat(session.write(List.of(row(1, 10_000_000, "of the same time"))))
                    .isOne();
        }
        assertThat(server.query("SELECT value_text FROM " + TABLE + " WHERE feature_name = 'f'"))
                .as("what Feast's search would find")
                .containsExactly("null");
    }

    @Test
    void whatHasEndedIsForgotten() {
        long now = 1_704_067_200_000L;
        OnlineView hour = view("v", Duration.ofHours(1));
        try (Session session = store().open(hour)) {
            session.write(List.of(
                    row(1, (now - 3_600_000) * 1_000, "ends now"),
                    row(2, (now - 3_599_999) * 1_000, "ends later"),
                    OnlineRow.deleted(List.of(3L), (now - 7_200_000) * 1_000)));
            assertThat(session.forget(now)).isEqualTo(2);
            assertThat(session.forget(now)).isZero();
            assertThat(session.compare(List.of(row(2, (now - 3_599_999) * 1_000, "ends later"))))
                    .containsExactly(List.of(OnlineMatch.EQUAL));
        }
        assertThat(server.query("SELECT count(*) FROM " + TABLE)).containsExactly("2");
        try (Session session = store().open(VIEW)) {
            assertThat(session.forget(Long.MAX_VALUE / 2)).as("a view for ever").isZero();
        }
    }

    @Test
    void whoMayOnlyWriteNeedsNotMakeTheTable() {
        store().open(VIEW).close();
        server.run(
                "CREATE ROLE online_writer LOGIN PASSWORD 'kD4w'",
                "GRANT USAGE ON SCHEMA \"" + SCHEMA + "\" TO online_writer",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON " + TABLE + " TO online_writer");
        OnlineStore limited =
                new PostgresStore(connection("postgres?currentSchema=ONLINE_store", "online_writer", "kD4w"));
        try (Session session = limited.open(VIEW)) {
            assertThat(session.write(List.of(row(1, 1, "a")))).isOne();
        }
        refused(
                () -> limited.open(view("another", OnlineView.FOR_EVER)),
                ErrorCode.ACCESS_DENIED,
                "does not let online_writer in, or not do what is needed: ERROR: permission denied for schema");
    }

    @Test
    void aBatchIsThreeStatementsWhateverItsSize() {
        List<OnlineRow> rows = new ArrayList<>();
        for (long i = 0; i < 500; i++) {
            rows.add(row(i, 1, "of " + i));
        }
        try (Session session = store().open(VIEW)) {
            int before = server.queries().size();
            assertThat(session.write(rows)).isEqualTo(500);
            assertThat(server.queries().stream().skip(before))
                    .as("take, put, commit")
                    .filteredOn(query -> !query.startsWith("BEGIN"))
                    .hasSize(3);
        }
    }

    /** What a batch costs must not grow with the table: entities are looked up, whatever the planner thinks of a young table. */
    @Test
    void noBatchReadsTheTable() {
        write(0, 500, 40);
        long before = readInOrder();
        write(1, 50, 400);
        assertThat(readInOrder() - before)
                .as("rows that were read one after another by 400 batches and as many looks; the table has 40,000")
                .isLessThan(40_000);
    }

    private void write(int time, int rows, int batches) {
        try (Session session = store().open(VIEW)) {
            for (long batch = 0; batch < batches; batch++) {
                List<OnlineRow> all = new ArrayList<>();
                for (long i = 0; i < rows; i++) {
                    all.add(row(i * batches + batch, time, "of " + i));
                }
                assertThat(session.write(all)).isEqualTo(rows);
                assertThat(session.compare(all)).allMatch(List.of(OnlineMatch.EQUAL)::equals);
            }
        }
    }

    /** A session tells its counts when it ends. */
    private long readInOrder() {
        while (!server.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'sluice'")
                .isEmpty()) {
            Thread.onSpinWait();
        }
        return Long.parseLong(
                server.query("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relid = '" + TABLE + "'::regclass")
                        .get(0));
    }

    @Test
    void whatIsCommittedOutlivesACrash() {
        String life;
        try (Session session = store().open(VIEW)) {
            life = session.life();
            session.write(List.of(row(1, 1, "committed")));
        }
        server.kill();
        server.startAgain();
        try (Session session = store().open(VIEW)) {
            assertThat(session.life()).isEqualTo(life);
            assertThat(session.compare(List.of(row(1, 1, "committed")))).containsExactly(List.of(OnlineMatch.EQUAL));
        }
    }

    @Test
    void aSchemaOrADatabaseThatIsNotThereIsTold() {
        refused(
                () -> new PostgresStore(connection("postgres?currentSchema=nowhere", "owner", PostgresServer.PASSWORD))
                        .open(VIEW),
                ErrorCode.PLAN_INVALID,
                "has no such schema");
        refused(
                () -> new PostgresStore(connection("nowhere", "owner", PostgresServer.PASSWORD)).open(VIEW),
                ErrorCode.PLAN_INVALID,
                "has no such database");
    }

    @Override
    protected OnlineStore store() {
        return new PostgresStore(connection("postgres?currentSchema=ONLINE_store", "owner", PostgresServer.PASSWORD));
    }

    private Connection.Jdbc connection(String database, String user, String password) {
        return server.connection(database, user, password);
    }

    @Override
    protected void empty() {
        server.run(
                "DROP SCHEMA IF EXISTS \"" + SCHEMA + "\" CASCADE",
                "DROP ROLE IF EXISTS online_writer",
                "CREATE SCHEMA \"" + SCHEMA + "\"");
    }

    @AfterEach
    void leaveNothing() {
        server.run("DROP SCHEMA IF EXISTS \"" + SCHEMA + "\" CASCADE", "DROP ROLE IF EXISTS online_writer");
    }

    @Override
    protected void restart() {
        server.crash();
    }

    @Override
    protected OnlineStore withWrongPassword() {
        return new PostgresStore(connection("postgres", "owner", "not-the-password"));
    }

    @Override
    protected OnlineStore at(int port) {
        return new PostgresStore(new Connection.Jdbc(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?socketTimeout=1",
                "owner",
                Optional.of(new Secret(PostgresServer.PASSWORD, "env/TEST"))));
    }

    /** What PostgreSQL says when the disk has no room. */
    @Override
    protected void whileFull(Runnable action) {
        server.run(
                "CREATE FUNCTION \"" + SCHEMA + "\".no_room() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN IF new.feature_name = 'f' THEN RAISE EXCEPTION USING ERRCODE = 'disk_full',"
                        + " MESSAGE = 'could not extend file: No space left on device'; END IF; RETURN new; END $$",
                "CREATE TRIGGER no_room BEFORE INSERT ON " + TABLE + " FOR EACH ROW EXECUTE FUNCTION \"" + SCHEMA
                        + "\".no_room()");
        try {
            action.run();
            assertThat(server.query("SELECT count(*) FROM " + TABLE))
                    .as("what was written before the failure is undone")
                    .containsExactly("0");
        } finally {
            server.run("DROP TRIGGER no_room ON " + TABLE);
        }
    }

    @Override
    protected void spoil() {
        server.run("CREATE TABLE " + TABLE + " (entity_key INT)");
    }
}
