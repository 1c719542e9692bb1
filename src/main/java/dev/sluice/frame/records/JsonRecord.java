package dev.sluice.frame.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.json.CreateJacksonParser$;
import org.apache.spark.sql.catalyst.json.JSONOptions;
import org.apache.spark.sql.catalyst.json.JacksonParser;
import org.apache.spark.sql.catalyst.util.BadRecordException;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map$;

/** Reads the line at hand as a JSON object, or as a list of objects, each of which is a row. */
final class JsonRecord implements Shape {
    private static final String NO_OBJECT = "the record is no JSON object";

    private static final Function2<JsonFactory, UTF8String, JsonParser> TOKENS =
            CreateJacksonParser$.MODULE$::utf8String;
    private static final Function1<UTF8String, UTF8String> AS_IT_IS = line -> line;

    private final JacksonParser parser;

    private Iterator<InternalRow> rows;
    private InternalRow row;
    private boolean isMalformed;

    /** Objects of which these fields are read, as texts. */
    JsonRecord(StructType fields) {
        this.parser = new JacksonParser(
                fields,
                new JSONOptions(Map$.MODULE$.empty(), "UTC", ""),
                true,
                JavaConverters.<Filter>asScalaBuffer(List.of()).toSeq());
    }

    @Override
    public boolean isBlank(Lines lines) {
        return lines.hasOnlyBlanks(Lines.NO_BYTE);
    }

    @Override
    public void take(Lines lines) {
        isMalformed = false;
        try {
            // What is not UTF-8 becomes U+FFFD here; the bytes are copied, since values are parts of them.
            rows = parser.parse(UTF8String.fromString(lines.slice().text()), TOKENS, AS_IT_IS)
                    .iterator();
            isMalformed = rows.isEmpty();
        } catch (Exception e) {
            // Scala code throws it without saying so, which is why the compiler does not let it be caught by name.
            if (!(e instanceof BadRecordException)) {
                throw e;
            }
            isMalformed = true;
        }
        if (isMalformed) {
            rows = Iterator.single(InternalRow.empty());
        }
    }

    @Override
    public String why() {
        return isMalformed ? NO_OBJECT : null;
    }

    @Override
    public boolean nextRow() {
        boolean isThere = rows != null && rows.hasNext();
        row = isThere ? rows.next() : null;
        return isThere;
    }

    @Override
    public Slice field(int place) {
        if (row.isNullAt(place)) {
            return null;
        }
        byte[] text = row.getUTF8String(place).getBytes();
        return new Slice(text, 0, text.length);
    }
}
