package dev.sluice.model;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows with a known signal: category b and a high x make label 1 likely; noise says nothing. */
public final class Generated {
    /** id, as_of (one row a minute from 2024-01-01), x (double with nulls), n (int), flag, kind (four levels, nulls), noise, label. */
    public static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.LongType)
            .add("as_of", DataTypes.TimestampType)
            .add("x", DataTypes.DoubleType)
            .add("n", DataTypes.IntegerType)
            .add("flag", DataTypes.BooleanType)
            .add("kind", DataTypes.StringType)
            .add("noise", DataTypes.DoubleType)
            .add("label", DataTypes.DoubleType);

    private Generated() {}

    /** So many rows, evenly over so many days. */
    public static Dataset<Row> rows(SparkSession spark, int count, int days, long seed) {
        Random random = new Random(seed);
        String[] kinds = {"a", "b", "c", "rare"};
        List<Row> rows = new ArrayList<>();
        Instant start = Instant.parse("2024-01-01T00:00:00Z");
        for (int i = 0; i < count; i++) {
            double x = random.nextGaussian() * 3 + 1.7e6;
            String kind = kinds[Math.min(3, (int) (random.nextDouble() * 3.05))];
            int n = random.nextInt(50);
            boolean flag = random.nextBoolean();
            double margin = (x - 1.7e6) * 0.8 + (kind.equals("b") ? 2 : -1) + (flag ? 0.5 : -0.5) + (n > 40 ? 1 : 0);
            double label = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
            rows.add(RowFactory.create(
                    (long) i,
                    Timestamp.from(start.plusSeconds((long) (86400.0 * days * i / count))),
                    random.nextInt(20) == 0 ? null : x,
                    n,
                    random.nextInt(30) == 0 ? null : flag,
                    random.nextInt(25) == 0 ? null : kind,
                    random.nextDouble(),
                    label));
        }
        return spark.createDataFrame(rows, SCHEMA);
    }
}
