package dev.sluice.frame;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;

/** A folder of Parquet files that Spark wrote. */
public final class ParquetFolder {
    private ParquetFolder() {}

    /** The rows of its files, as whoever wrote them counted them; 0 where there is no such folder. No Spark job. */
    public static long rows(SparkSession spark, String folder) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        Path path = new Path(folder);
        long rows = 0;
        try {
            for (FileStatus file : path.getFileSystem(hadoop).listStatus(path)) {
                if (file.getPath().getName().endsWith(".parquet")) {
                    try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
                        rows += reader.getRecordCount();
                    }
                }
            }
        } catch (FileNotFoundException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
