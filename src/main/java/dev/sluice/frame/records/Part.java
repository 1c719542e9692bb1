package dev.sluice.frame.records;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A part of a file, which one task reads.
 *
 * @param start its first byte; 0 for a packed file, which is one part
 * @param length how many bytes it has
 */
record Part(Path file, long start, long length) {
    /** The records that begin in this part. */
    Records open(Layout layout, StructType fields, Configuration hadoop) throws IOException {
        CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
        return Records.of(
                offset -> from(offset, codec, hadoop),
                layout,
                fields,
                start,
                codec == null ? start + length : Long.MAX_VALUE);
    }

    private InputStream from(long offset, CompressionCodec codec, Configuration hadoop) throws IOException {
        FSDataInputStream raw = file.getFileSystem(hadoop).open(file);
        try {
            if (codec == null) {
                raw.seek(offset);
                return raw;
            }
            InputStream unpacked = codec.createInputStream(raw);
            unpacked.skipNBytes(offset);
            return unpacked;
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }
}
