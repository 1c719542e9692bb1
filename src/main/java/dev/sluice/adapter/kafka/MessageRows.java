package dev.sluice.adapter.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sluice.config.Read;
import dev.sluice.port.RowSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Takes a message apart: the texts of the fields of a JSON object, as they stand in the message. Whatever is not exactly one
 * object in UTF-8, with each field once, is malformed.
 */
final class MessageRows implements MapFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The text of a message without a value. */
    private static final String NO_VALUE = "null";

    /** The place of each column in a row. */
    private final LinkedHashMap<String, Integer> columns = new LinkedHashMap<>();

    MessageRows(Collection<String> columns) {
        columns.forEach(column -> this.columns.put(column, this.columns.size()));
    }

    /** What the rows look like: texts, but for the message's time. */
    StructType schema() {
        StructType schema = new StructType();
        for (String column : columns.keySet()) {
            schema = schema.add(
                    column, column.equals(Read.Kafka.TIMESTAMP) ? DataTypes.TimestampType : DataTypes.StringType);
        }
        return schema.add(RowSource.MALFORMED, DataTypes.StringType)
                .add(RowSource.WHY, DataTypes.StringType)
                .add(RowSource.ORIGIN, DataTypes.StringType)
                .add(RowSource.POSITION, DataTypes.StringType);
    }

    @Override
    public Row call(Row message) {
        byte[] key = message.getAs("key");
        byte[] value = message.getAs("value");
        Object[] row = new Object[columns.size() + 4];
        String malformed = null;
        String why = null;
        try {
            fields(value == null ? NO_VALUE : text(value), row);
            if (columns.containsKey(Read.Kafka.KEY)) {
                row[columns.get(Read.Kafka.KEY)] = key == null ? null : text(key);
            }
        } catch (IOException e) {
            Arrays.fill(row, null);
            malformed = value == null ? NO_VALUE : new String(value, StandardCharsets.UTF_8);
            why = e instanceof CharacterCodingException ? "the message is not UTF-8" : null;
        }
        if (columns.containsKey(Read.Kafka.TIMESTAMP)) {
            row[columns.get(Read.Kafka.TIMESTAMP)] = message.getAs("timestamp");
        }
        row[columns.size()] = malformed;
        row[columns.size() + 1] = why;
        row[columns.size() + 2] = message.getAs("topic") + "-" + message.getAs("partition");
        row[columns.size() + 3] = "offset " + message.getAs("offset");
        return RowFactory.create(row);
    }

    private static String text(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString(); // refuses other bytes
    }

    private void fields(String text, Object[] row) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                Integer column = columns.get(json.currentName());
                String value = value(json, text);
                if (column != null) {
                    row[column] = value;
                }
            }
            expect(json.nextToken() == null, json);
        }
    }

    /** A string's content, null for null, and of all others what stands there. */
    private static String value(JsonParser json, String text) throws IOException {
        JsonToken token = json.nextToken();
        if (token.isStructStart()) {
            int start = (int) json.currentTokenLocation().getCharOffset();
            json.skipChildren();
            return text.substring(start, (int) json.currentLocation().getCharOffset());
        }
        return token == JsonToken.VALUE_NULL ? null : json.getText();
    }

    private static void expect(boolean right, JsonParser json) throws JsonParseException {
        if (!right) {
            throw new JsonParseException(json, "expected one object and nothing else");
        }
    }
}
