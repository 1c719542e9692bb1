package dev.sluice.frame.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
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

/**
 * Reads a line, or all lines of a file, as a JSON object or as a list of objects, each of which is a row. Nothing may follow it:
 * Spark's parser would leave that out without a word.
 */
final class JsonRecord implements Shape {
    private static final String NO_OBJECT = "the record is no JSON object";
    private static final String MORE = "something follows the JSON object or list";

    private static final Function1<UTF8String, UTF8String> AS_IT_IS = text -> text;

    private final JacksonParser parser;
    private final boolean isWhole;
    private final Function2<JsonFactory, UTF8String, JsonParser> tokens = this::tokens;

    private Iterator<InternalRow> rows;
    private InternalRow row;
    private int element;
    private String why;
    private int fault;

    /**
     * Objects of which these fields are read, as texts.
     *
     * @param isWhole whether a file is one record
     */
    JsonRecord(StructType fields, boolean isWhole) {
        this.parser = new JacksonParser(
                fields,
                new JSONOptions(Map$.MODULE$.empty(), "UTC", ""),
                true,
                JavaConverters.<Filter>asScalaBuffer(List.of()).toSeq());
        this.isWhole = isWhole;
    }

    private JsonParser tokens(JsonFactory factory, UTF8String text) {
        JsonParser all = CreateJacksonParser$.MODULE$.utf8String(factory, text);
        return new JsonParserDelegate(all) {
            @Override
            public void close() throws IOException {
                try (all) {
                    if (all.currentToken() != null && all.nextToken() != null) {
                        blame(MORE, all.currentTokenLocation());
                    }
                } catch (JsonProcessingException e) {
                    blame(MORE, e.getLocation());
                }
            }
        };
    }

    private void blame(String reason, JsonLocation place) {
        why = isWhole ? reason + " at line " + place.getLineNr() + ", column " + place.getColumnNr() : reason;
        fault = isWhole ? place.getLineNr() - 1 : 0;
    }

    @Override
    public boolean isBlank(Lines lines) {
        return lines.hasOnlyBlanks(Lines.NO_BYTE);
    }

    @Override
    public void take(Lines lines) throws IOException {
        why = null;
        fault = 0;
        element = 0;
        boolean isLonger = isWhole;
        while (isLonger) {
            isLonger = lines.goOn();
        }
        List<InternalRow> found = parsed(lines);
        if (found.stream().anyMatch(Objects::isNull) || (found.isEmpty() && !isWhole)) {
            why = NO_OBJECT;
        }
        rows = why == null ? JavaConverters.asScalaIterator(found.iterator()) : Iterator.single(InternalRow.empty());
    }

    /** Empty where that is no object. */
    private List<InternalRow> parsed(Lines lines) {
        try {
            // What is not UTF-8 becomes U+FFFD here; the bytes are copied, since values are parts of them.
            UTF8String text = UTF8String.fromString(lines.slice().text());
            return JavaConverters.seqAsJavaList(
                    parser.parse(text, tokens, AS_IT_IS).toSeq());
        } catch (Exception e) {
            // Scala code throws it without saying so, which is why the compiler does not let it be caught by name.
            if (!(e instanceof BadRecordException)) {
                throw e;
            }
            why = NO_OBJECT;
            if (e.getCause() instanceof JsonProcessingException syntax && syntax.getLocation() != null) {
                blame(NO_OBJECT, syntax.getLocation());
            }
            return List.of();
        }
    }

    @Override
    public String why() {
        return why;
    }

    @Override
    public int fault() {
        return fault;
    }

    @Override
    public int element() {
        return isWhole && why == null ? element : 0;
    }

    @Override
    public boolean nextRow() {
        boolean isThere = rows != null && rows.hasNext();
        row = isThere ? rows.next() : null;
        element++;
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
