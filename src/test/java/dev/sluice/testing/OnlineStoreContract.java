package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineStore.Session;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import dev.sluice.port.OnlineView.ValueType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every online store does: who wins, what a second write does, what is said when it does not work. */
public abstract class OnlineStoreContract {
    /** Of one number, with one text. */
    protected static final OnlineView VIEW = view("v", OnlineView.FOR_EVER);

    /** The store, of a user who may do everything. */
    protected abstract OnlineStore store();

    /** Takes away everything that is in the store. */
    protected abstract void empty();

    /** Ends the server, and starts it again. */
    protected abstract void restart();

    /** The same server, with a password that is not the user's. */
    protected abstract OnlineStore withWrongPassword();

    /** A store at a port of this machine that is waited for one second. */
    protected abstract OnlineStore at(int port);

    /** Does something while the server has no room. */
    protected abstract void whileFull(Runnable action);

    /** Puts something else where {@link #VIEW} has the entity 1. */
    protected abstract void spoil();

    @BeforeEach
    void begin() {
        empty();
    }

    @Test
    void theYoungerRowWinsAndOneOfTheSameTimeIsWrittenAgain() {
        try (Session session = store().open(VIEW)) {
            assertThat(session.write(List.of(row(1, 10, "ten"), row(2, 10, "ten"))))
                    .isEqualTo(2);
            assertThat(session.write(List.of(row(1, 9, "nine"), row(2, 11, "eleven"), row(3, -5, "new"))))
                    .isEqualTo(2);
            assertThat(session.write(List.of(row(1, 10, "ten, corrected")))).isOne();
            assertThat(session.compare(List.of(
                            row(1, 10, "ten, corrected"),
                            row(2, 11, "eleven"),
                            row(2, 10, "superseded"),
                            row(3, -5, "other"),
                            row(3, -4, "new"),
                            row(4, 0, "absent"))))
                    .containsExactly(
                            List.of(OnlineMatch.EQUAL),
                            List.of(OnlineMatch.EQUAL),
                            List.of(OnlineMatch.NEWER),
                            List.of(OnlineMatch.DIFFERING),
                            List.of(OnlineMatch.OLDER),
                            List.of(OnlineMatch.MISSING));
        }
    }

    @Test
    void timesAreComparedToTheMicrosecond() {
        long far = 253_402_300_799_999_999L; // the last microsecond of the year 9999
        try (Session session = store().open(VIEW)) {
            for (long time : List.of(-62_135_596_799_999_999L, -1_000_001L, -1L, 0L, 1_704_067_200_000_001L, far)) {
                assertThat(session.write(List.of(row(1, time, "at " + time)))).isOne();
                assertThat(session.write(List.of(row(1, time - 1, "older")))).isZero();
                assertThat(session.compare(List.of(row(1, time, "at " + time))))
                        .containsExactly(List.of(OnlineMatch.EQUAL));
                assertThat(session.compare(List.of(row(1, time + 1, "")))).containsExactly(List.of(OnlineMatch.OLDER));
                assertThat(session.compare(List.of(row(1, time - 1, "")))).containsExactly(List.of(OnlineMatch.NEWER));
            }
        }
    }

    @Test
    void anEmptyValueTakesTheValueAway() {
        try (Session session = store().open(VIEW)) {
            session.write(List.of(row(1, 1, "there")));
            session.write(List.of(row(1, 2, null)));
            assertThat(session.compare(List.of(row(1, 2, null)))).containsExactly(List.of(OnlineMatch.EQUAL));
            assertThat(session.compare(List.of(row(1, 2, "there")))).containsExactly(List.of(OnlineMatch.DIFFERING));
        }
    }

    @Test
    void aDeletedEntityIsNotThereUntilAYoungerRowComes() {
        try (Session session = store().open(VIEW)) {
            session.write(List.of(row(1, 10, "there"), row(2, 10, "stays")));
            assertThat(session.write(List.of(
                            OnlineRow.deleted(List.of(1L), 11),
                            OnlineRow.deleted(List.of(2L), 9),
                            OnlineRow.deleted(List.of(3L), 11))))
                    .as("the second is older")
                    .isEqualTo(2);
            assertThat(session.compare(List.of(row(1, 11, "there"), row(2, 10, "stays"))))
                    .containsExactly(List.of(OnlineMatch.MISSING), List.of(OnlineMatch.EQUAL));
            assertThat(session.compare(List.of(OnlineRow.deleted(List.of(1L), 11))))
                    .containsExactly(List.of(OnlineMatch.EQUAL));

            assertThat(session.write(List.of(row(1, 10, "late"), row(3, 10, "late"))))
                    .as("older rows do not bring it back")
                    .isZero();
            assertThat(session.write(List.of(row(1, 12, "back")))).isOne();
            assertThat(session.compare(List.of(row(1, 12, "back")))).containsExactly(List.of(OnlineMatch.EQUAL));
            assertThat(session.compare(List.of(OnlineRow.deleted(List.of(1L), 12))))
                    .containsExactly(List.of(OnlineMatch.DIFFERING));
        }
    }

    /** Rows of few entities from several writers at once, in any order: as one map that keeps the youngest. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void writersAtOnceLeaveTheYoungestRows(long seed) {
        int writers = 4;
        Map<Long, OnlineRow> expected = new HashMap<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        Random random = new Random(seed);
        for (int w = 0; w < writers; w++) {
            List<List<OnlineRow>> batches = new ArrayList<>();
            for (int b = 0; b < 40; b++) {
                Map<Long, OnlineRow> batch = new HashMap<>();
                for (int i = 0; i < 20; i++) {
                    long entity = random.nextInt(10);
                    long time = random.nextInt(2_000_000_000) - 1_000_000_000L;
                    batch.put(
                            entity,
                            time % 5 == 0 ? OnlineRow.deleted(List.of(entity), time) : row(entity, time, "at " + time));
                }
                batch.forEach((entity, row) -> expected.merge(
                        entity, row, (one, other) -> one.eventMicros() > other.eventMicros() ? one : other));
                List<OnlineRow> rows = new ArrayList<>(batch.values());
                Collections.shuffle(rows, random);
                batches.add(rows);
            }
            running.add(CompletableFuture.runAsync(() -> {
                try (Session session = store().open(VIEW)) {
                    batches.forEach(session::write);
                }
            }));
        }
        running.forEach(CompletableFuture::join);

        assertThat(expected.values()).hasSize(10);
        try (Session session = store().open(VIEW)) {
            assertThat(session.compare(List.copyOf(expected.values()))).allMatch(List.of(OnlineMatch.EQUAL)::equals);
        }
    }

    @Test
    void aReaderSeesARowAsAWhole() {
        OnlineView pair = new OnlineView(
                "p",
                "pair",
                VIEW.entity(),
                List.of(new Column("a", ValueType.INT64, false), new Column("b", ValueType.INT64, false)),
                OnlineView.FOR_EVER);
        int last = 300;
        AtomicLong now = new AtomicLong();
        try (Session writing = store().open(pair);
                Session reading = store().open(pair)) {
            writing.write(List.of(pair(0)));
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                for (long i = 1; i <= last; i++) {
                    now.set(i);
                    writing.write(List.of(pair(i)));
                }
            });
            while (!writer.isDone()) {
                assertThat(reading.compare(List.of(pair(now.get()))).get(0))
                        .doesNotContain(OnlineMatch.DIFFERING, OnlineMatch.MISSING);
            }
            writer.join();
            assertThat(reading.compare(List.of(pair(last))).get(0)).containsOnly(OnlineMatch.EQUAL);
        }
    }

    private static OnlineRow pair(long i) {
        return OnlineRow.of(List.of(1L), i, List.of(i, -i));
    }

    @Test
    void viewsOfOneEntityHaveTheirOwnTimes() {
        OnlineView other = view("other", OnlineView.FOR_EVER);
        try (Session session = store().open(VIEW);
                Session beside = store().open(other)) {
            session.write(List.of(row(1, 10, "here")));
            assertThat(beside.write(List.of(row(1, 5, "there")))).isOne();
            assertThat(beside.write(List.of(OnlineRow.deleted(List.of(1L), 6)))).isOne();
            assertThat(session.compare(List.of(row(1, 10, "here")))).containsExactly(List.of(OnlineMatch.EQUAL));
        }
    }

    @Test
    void aRowOfThousandsOfFeatures() {
        List<Column> many = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (long i = 0; i < 9_000; i++) {
            many.add(new Column("f" + i, ValueType.INT64, false));
            values.add(i);
        }
        OnlineView wide = new OnlineView("p", "v", VIEW.entity(), many, OnlineView.FOR_EVER);
        OnlineRow row = OnlineRow.of(List.of(1L), 1, values);
        try (Session session = store().open(wide)) {
            session.write(List.of(row));
            assertThat(session.compare(List.of(row)).get(0)).hasSize(9_000).containsOnly(OnlineMatch.EQUAL);
            session.write(List.of(OnlineRow.deleted(List.of(1L), 2)));
            assertThat(session.compare(List.of(OnlineRow.deleted(List.of(1L), 2)))
                            .get(0))
                    .containsOnly(OnlineMatch.EQUAL);
        }
    }

    @Test
    void whatCannotBeKeptLeavesTheRestOfTheSession() {
        OnlineView lists = new OnlineView(
                "p", "lists", VIEW.entity(), List.of(new Column("l", ValueType.INT64, true)), OnlineView.FOR_EVER);
        try (Session session = store().open(lists)) {
            refused(
                    () -> session.write(List.of(OnlineRow.of(List.of(1L), 1, List.of(Arrays.asList(1L, null))))),
                    ErrorCode.INPUT_MALFORMED,
                    "feature l has a list with a null in it");
            assertThat(session.write(List.of(OnlineRow.of(List.of(1L), 1, List.of(List.of(1L))))))
                    .isOne();
        }
    }

    @Test
    void aSessionOutlivesARestart() {
        try (Session session = store().open(VIEW)) {
            session.write(List.of(row(1, 1, "before")));
            restart();
            assertThat(session.write(List.of(row(1, 1, "before"), row(2, 1, "after"))))
                    .isEqualTo(2);
            assertThat(session.compare(List.of(row(2, 1, "after")))).containsExactly(List.of(OnlineMatch.EQUAL));
        }
    }

    @Test
    void aFullStoreIsToldAndLaterTheSameIsWritten() {
        try (Session session = store().open(VIEW)) {
            whileFull(() -> refused(
                    () -> session.write(List.of(row(1, 1, "a"), row(2, 1, "b"))), ErrorCode.ONLINE_STORE_FULL, "left"));
            assertThat(session.write(List.of(row(1, 1, "a"), row(2, 1, "b")))).isEqualTo(2);
        }
    }

    @Test
    void aWrongPasswordIsTold() {
        refused(() -> withWrongPassword().open(VIEW), ErrorCode.ACCESS_DENIED, "does not let");
    }

    @Test
    void whatSomebodyElsePutThereIsTold() {
        spoil();
        refused(
                () -> {
                    try (Session session = store().open(VIEW)) {
                        session.write(List.of(row(1, 1, "a")));
                    }
                },
                ErrorCode.ONLINE_STORE_REFUSED,
                "refuses what it is sent");
    }

    @Test
    void aStoreThatIsNotThereIsTold() {
        refused(() -> at(Ports.free()).open(VIEW), ErrorCode.ONLINE_STORE_UNAVAILABLE, "cannot be reached");
    }

    @Test
    void aStoreThatDoesNotAnswerIsTold() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            refused(
                    () -> at(silent.getLocalPort()).open(VIEW),
                    ErrorCode.ONLINE_STORE_UNAVAILABLE,
                    "does not answer in time");
        }
    }

    protected static void refused(ThrowingCallable action, ErrorCode code, String said) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }

    protected static OnlineView view(String name, Duration expireAfter) {
        return new OnlineView(
                "p",
                name,
                List.of(new Column("id", ValueType.INT64, false)),
                List.of(new Column("f", ValueType.STRING, false)),
                expireAfter);
    }

    protected static OnlineRow row(long id, long micros, String value) {
        return OnlineRow.of(List.of(id), micros, Collections.singletonList(value));
    }
}
