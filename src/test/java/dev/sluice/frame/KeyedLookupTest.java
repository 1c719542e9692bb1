package dev.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.testing.SparkTest;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SparkTest
class KeyedLookupTest {
    private static final StructType SPINE = StructType.fromDDL("id int, tail string, as_of timestamp");
    private static final StructType PLANES =
            StructType.fromDDL("tailnum string, seats int, valid_from timestamp, valid_to timestamp");
    private static final StructType PLAIN = StructType.fromDDL("tailnum string, seats int");

    @Test
    void findsTheRowOfAKey(SparkSession spark) {
        Dataset<Row> spine = spark.sql(
                "select * from values (1, 'a', timestamp'2013-01-01 00:00:00'),"
                        + " (2, 'b', timestamp'2013-01-01 00:00:00'), (3, null, timestamp'2013-01-01 00:00:00') as t(id, tail, as_of)");
        Dataset<Row> planes =
                spark.sql("select * from values ('a', 100), (null, 7), (null, 8), ('c', 300) as t(tailnum, seats)");
        KeyedLookup lookup = lookup(planes);

        assertThatCode(lookup::refuseAmbiguousKeys)
                .as("rows without key are never found")
                .doesNotThrowAnyException();
        assertThat(texts(lookup.add(spine, "as_of"), "id, half, planes_missing"))
                .containsExactly("[1,50,0.0]", "[2,null,1.0]", "[3,null,1.0]");
    }

    @Test
    void aMissingRowIsNotARowWithoutValue(SparkSession spark) {
        Dataset<Row> spine = spark.sql("select 1 as id, 'a' as tail, timestamp'2013-01-01 00:00:00' as as_of");
        Dataset<Row> planes = spark.sql("select 'a' as tailnum, cast(null as int) as seats");

        assertThat(texts(lookup(planes).add(spine, "as_of"), "id, half, planes_missing"))
                .containsExactly("[1,null,0.0]");
    }

    @Test
    void refusesKeysThatAreNotUnique(SparkSession spark) {
        Dataset<Row> planes = spark.sql(
                "select * from values ('b', 1), ('b', 1), ('a', 1), ('a', 2), ('a', 3), ('c', 1) as t(tailnum, seats)");

        assertThatThrownBy(lookup(planes)::refuseAmbiguousKeys)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_MALFORMED))
                .hasMessage("the lookup in planes by tailnum needs one row per key, found a (3 rows), b (2 rows)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsTheVersionThatWasValid(long seed, SparkSession spark) {
        Random random = new Random(seed);
        List<Row> versions = versions(random);
        List<Row> slots = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            slots.add(RowFactory.create(
                    i, random.nextInt(20) == 0 ? null : "tail" + random.nextInt(22), day(random.nextInt(30))));
        }
        Dataset<Row> spine = spark.createDataFrame(slots, SPINE);

        List<Row> found = lookup(spark.createDataFrame(versions, PLANES))
                .add(spine, "as_of")
                .orderBy("id")
                .collectAsList();

        assertThat(found).as("seed %d", seed).hasSameSizeAs(slots);
        for (Row row : found) {
            List<Integer> valid = versions.stream()
                    .filter(version -> version.get(0).equals(row.getAs("tail")))
                    .filter(version -> !version.getTimestamp(2).after(row.getAs("as_of")))
                    .filter(version ->
                            version.isNullAt(3) || version.getTimestamp(3).after(row.getAs("as_of")))
                    .map(version -> version.getInt(1))
                    .toList();
            assertThat(valid).hasSizeLessThanOrEqualTo(1);
            assertThat(row.<Integer>getAs("half"))
                    .as("row %s, seed %d", row, seed)
                    .isEqualTo(valid.isEmpty() ? null : valid.get(0) / 2);
            assertThat(row.<Double>getAs("planes_missing")).isEqualTo(valid.isEmpty() ? 1.0 : 0.0);
        }
    }

    @Test
    void overlappingVersionsStillGiveOneRow(SparkSession spark) {
        Dataset<Row> spine = spark.sql("select 1 as id, 'a' as tail, timestamp'2013-01-05 00:00:00' as as_of");
        Dataset<Row> planes = spark.createDataFrame(
                List.of(
                        RowFactory.create("a", 10, day(1), null),
                        RowFactory.create("a", 20, day(2), null),
                        RowFactory.create("a", 20, day(2), null)),
                PLANES);

        assertThat(texts(lookup(planes).add(spine, "as_of"), "id, half, planes_missing"))
                .containsExactly("[1,10,0.0]");
    }

    @Test
    void refusesKeysOfDifferentTypes(SparkSession spark) {
        Dataset<Row> spine = spark.createDataFrame(List.of(), SPINE);
        Dataset<Row> planes = spark.createDataFrame(List.of(), StructType.fromDDL("tailnum int, seats int"));

        assertThatThrownBy(() -> lookup(planes).add(spine, "as_of"))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith(
                        "the key of planes (tail: tailnum) is of type string in the spine and int in the table");
    }

    @Test
    void knowsATableThatKeepsVersions() {
        assertThat(KeyedLookup.isVersioned(PLANES)).isTrue();
        assertThat(KeyedLookup.isVersioned(PLAIN)).isFalse();
    }

    private static KeyedLookup lookup(Dataset<Row> planes) {
        return new KeyedLookup(
                "planes",
                planes,
                Map.of("tail", "tailnum"),
                Map.of("half", "cast(seats / 2 as int)"),
                Optional.of("planes_missing"),
                KeyedLookup.isVersioned(planes.schema()));
    }

    /** Per key versions that follow each other, with gaps; the last of some is open. */
    private static List<Row> versions(Random random) {
        List<Row> versions = new ArrayList<>();
        for (int key = 0; key < 20; key++) {
            int from = random.nextInt(10);
            while (from < 25) {
                int to = from + 1 + random.nextInt(8);
                boolean open = random.nextInt(4) == 0;
                versions.add(RowFactory.create("tail" + key, 2 * versions.size(), day(from), open ? null : day(to)));
                from = open ? 99 : to + random.nextInt(2);
            }
        }
        return versions;
    }

    private static Timestamp day(int day) {
        return Timestamp.from(Instant.parse("2013-01-01T00:00:00Z").plusSeconds(86_400L * day));
    }

    private static List<String> texts(Dataset<Row> rows, String columns) {
        return rows.selectExpr(columns.split(", ")).orderBy("id").collectAsList().stream()
                .map(Row::toString)
                .toList();
    }
}
