package dev.sluice.frame.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first record of a CSV file.
 *
 * @param names its fields, in their order, without blanks around those that have no quotes
 * @param bytes how many bytes of the file come before the record after it
 * @param lines how many lines come before that
 */
public record Header(List<String> names, long bytes, long lines) {
    public Header {
        names = List.copyOf(names);
    }

    /**
     * Reads the header of a file.
     *
     * @return empty where the file has no record
     * @throws Malformed where it has one that is no header
     */
    public static Optional<Header> of(InputStream file, Dialect dialect) throws IOException, Malformed {
        Lines lines = new Lines(file, 0, 0, true);
        lines.skipByteOrderMark();
        CsvRecord record = new CsvRecord(dialect, CsvRecord.ANY);
        do {
            if (!lines.next()) {
                return Optional.empty();
            }
        } while (record.isBlank(lines));
        record.take(lines);
        Slice text = lines.slice();
        if (!new Utf8().isIn(text) || text.text().indexOf('\0') >= 0) {
            throw new Malformed("is not UTF-8", "write the file in UTF-8, then run the same command again");
        }
        if (record.why() != null) {
            throw new Malformed(
                    "cannot be taken apart: " + record.why(), "correct the file, then run the same command again");
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < record.fields().count(); i++) {
            String name = record.fields().get(i).text();
            names.add(record.fields().isQuoted(i) ? name : name.strip());
        }
        return Optional.of(new Header(names, lines.following(), lines.line() + lines.spanned() - 1));
    }

    /** A first record that is no header. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final String remedy;

        Malformed(String what, String remedy) {
            super(what);
            this.remedy = remedy;
        }

        /** What to do about it. */
        public String remedy() {
            return remedy;
        }
    }
}
