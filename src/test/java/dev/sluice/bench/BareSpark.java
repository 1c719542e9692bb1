package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The least that a Spark program can do: a session, one grouped job over a CSV file. Prints the number of rows. */
final class BareSpark {
    private BareSpark() {}

    public static void main(String[] arguments) {
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate()) {
            long rows = 0;
            for (Row group : spark.read()
                    .option("header", true)
                    .csv(arguments[0])
                    .groupBy("place")
                    .agg(count(lit(1)).as("rows"))
                    .orderBy(col("place"))
                    .collectAsList()) {
                rows += group.getLong(1);
            }
            System.out.println(rows);
        }
    }
}
