package dev.sluice.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows of a lake's tables as Python's {@code deltalake} reads them. */
public final class LakeRows {
    private LakeRows() {}

    /** The rows of each table, sorted, values between bars in the order of the columns' names; without what names the run. */
    public static Map<String, List<String>> read(Path lake, String... tables) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Python.interpreter().toString(), "src/test/resources/python/table_rows.py", lake.toString()));
        command.addAll(List.of(tables));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ObjectMapper().readValue(out, new TypeReference<>() {});
    }
}
