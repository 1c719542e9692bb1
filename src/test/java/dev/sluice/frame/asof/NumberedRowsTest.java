package dev.sluice.frame.asof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** Numbered rows against a map. */
class NumberedRowsTest {
    private static final int NUMBERS = 500;

    private final UnsafeProjection projection =
            UnsafeProjection.create(new DataType[] {DataTypes.StringType, DataTypes.IntegerType});

    @Test
    void theLastRowThatWasPutIsThere() {
        Random random = new Random(3);
        NumberedRows rows = new NumberedRows(NUMBERS);
        Map<Integer, UnsafeRow> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int number = random.nextInt(NUMBERS - 1);
            UnsafeRow row =
                    row("x".repeat(random.nextInt(random.nextInt(50) == 0 ? 2_000_000 >> random.nextInt(16) : 90)), i);
            rows.put(number, row);
            expected.put(number, row.copy());
        }

        assertThat(rows.has(NUMBERS - 1)).isFalse();
        expected.forEach((number, row) -> {
            assertThat(rows.has(number)).isTrue();
            assertThat(rows.row(number)).isEqualTo(row);
        });
    }

    @Test
    void rowsAreSharedAndForgottenButObjectsStay() {
        NumberedRows rows = new NumberedRows(3);
        rows.put(0, row("one", 1));
        rows.put(1, row("two", 2));
        rows.share(2, 0);
        UnsafeRow object = rows.object(2);

        assertThat(rows.row(2)).isEqualTo(rows.object(0)).isNotEqualTo(rows.object(1));
        rows.clear();
        rows.put(0, row("three", 3));
        assertThat(rows.has(1)).isFalse();
        assertThat(rows.has(2)).isFalse();
        assertThat(object).isEqualTo(row("one", 1));
    }

    private UnsafeRow row(String text, int number) {
        return projection.apply(new GenericInternalRow(new Object[] {UTF8String.fromString(text), number}));
    }
}
