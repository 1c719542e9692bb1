package dev.sluice.config;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Contracts as YAML files: the same language rules as a pipeline file, without references. */
public final class ContractFile {
    private static final String HEAD =
            """
            # The reviewed schema of a table: what is true of it, checked at every ingest. Keep it in git.
            """;

    private ContractFile() {}

    /**
     * Reads a contract.
     *
     * @throws InvalidConfig with every problem that the file has
     * @throws SluiceException USAGE when there is no file that can be read
     */
    public static Contract read(Path file) {
        Problems problems = new Problems();
        try {
            Optional<Contract> contract = read(file, problems);
            problems.refuse();
            return contract.orElseThrow();
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected a contract file at " + file + ", found none that can be read (" + e + ")",
                    "check the path and the rights of the file",
                    e);
        }
    }

    static Optional<Contract> read(Path file, Problems problems) throws IOException {
        return YamlReader.read(file, file.toString(), problems)
                .flatMap(node ->
                        new Binder(References.none(), ExpressionCheck.ANYTHING, problems).bind(Contract.class, node));
    }

    /** The same contract gives the same text, and {@link #read} gives the same contract back. */
    public static String text(Contract contract) {
        return HEAD + YamlWriter.text(contract);
    }
}
