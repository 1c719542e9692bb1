package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractFileTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsShortAndReadBackTheSame() throws IOException {
        Map<String, Contract.Column> columns = new LinkedHashMap<>();
        columns.put("origin", column("string", 1, List.of("EWR", "no", "null"), Optional.empty(), Optional.empty()));
        columns.put("arr delay", column("double", 0, List.of(), Optional.of(-120.0), Optional.of(2e3)));
        Contract contract = new Contract(1, columns);
        Path file = folder.resolve("flights.yml");

        Files.writeString(file, ContractFile.text(contract));

        assertThat(file)
                .hasContent(
                        """
                # The reviewed schema of a table: what is true of it, checked at every ingest. Keep it in git.
                format: 1
                columns:
                  origin:
                    type: string
                    presence: 1.0
                    domain:
                      - EWR
                      - no
                      - "null"
                  "arr delay":
                    type: double
                    min: -120.0
                    max: 2000.0
                """);
        assertThat(ContractFile.read(file)).isEqualTo(contract);
        assertThat(ContractFile.text(ContractFile.read(file))).isEqualTo(ContractFile.text(contract));
    }

    @Test
    void aWrongContractIsRefusedWithItsPlaces() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yml"), "format: 1\ncolumns: {a: {type: int, min: low}}\n");

        assertThatThrownBy(() -> ContractFile.read(file))
                .isInstanceOf(InvalidConfig.class)
                .hasMessage(file + ":2:31: columns/a/min: expected a number, found 'low'");
        assertThatThrownBy(() -> ContractFile.read(folder.resolve("none.yml")))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("expected a contract file at " + folder.resolve("none.yml"))
                .extracting(e -> ((SluiceException) e).code())
                .isEqualTo(ErrorCode.USAGE);
    }

    private static Contract.Column column(
            String type, double presence, List<String> domain, Optional<Double> min, Optional<Double> max) {
        return new Contract.Column(type, List.of(), presence, domain, 1, min, max, Optional.empty(), false, false);
    }
}
