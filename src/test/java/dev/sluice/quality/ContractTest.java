package dev.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Check;
import dev.sluice.config.Contract;
import dev.sluice.config.ContractFile;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.CheckResult.Status;
import dev.sluice.port.Judged;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.TableProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractTest {
    @Test
    void aProposalIsRoundedForReview() {
        assertThat(proposal(texts(1_000, "EWR", "JFK", "LGA", null)))
                .isEqualTo(column("string", 0.75, List.of("EWR", "JFK", "LGA"), Optional.empty(), Optional.empty()));
        assertThat(proposal(texts(30, "a", "b", "c", "d")).domain())
                .as("values that do not recur")
                .isEmpty();
        assertThat(proposal(texts(3_000, "a", "b", null)).presence()).isEqualTo(0.66);
        assertThat(proposal(numbers("int", -86, 1272, 3)))
                .isEqualTo(column("int", 1, List.of(), Optional.of(-100.0), Optional.of(1300.0)));
        assertThat(proposal(numbers("double", 40.639751, 40.777245, 40.7)))
                .isEqualTo(column("double", 1, List.of(), Optional.of(40.63), Optional.of(40.78)));
        assertThat(proposal(numbers("int", 0, 5, 23)))
                .isEqualTo(column("int", 1, List.of(), Optional.of(0.0), Optional.of(23.0)));
        assertThat(proposal(numbers("int", 2013, 2013)))
                .as("one number says nothing about the next one")
                .isEqualTo(column("int", 1, List.of(), Optional.empty(), Optional.empty()));
        assertThat(proposal(ColumnProfile.none("date")))
                .isEqualTo(column("date", 0, List.of(), Optional.empty(), Optional.empty()));
    }

    @Test
    void aProposalIsAFileThatIsReadBack(@TempDir Path folder) throws IOException {
        ColumnProfile odd = texts(1_000, "EWR", "null", "true", "1", "a: b", "", "#", null);
        ColumnProfile small = numbers("double", 1e-7, 12.5);
        for (ColumnProfile column : List.of(odd, small)) {
            Contract contract = ContractInference.infer(new TableProfile(column.rows(), Map.of("a column", column)));
            Path file = folder.resolve("contract.yml");
            Files.writeString(file, ContractFile.text(contract));

            assertThat(ContractFile.read(file)).isEqualTo(contract);
        }
    }

    @Property(tries = 200)
    void aProposalIsKeptByTheDataItWasMadeOf(@ForAll @Size(max = 40) List<Double> values, @ForAll long seed) {
        Random random = new Random(seed);
        ColumnProfileBuilder reals = new ColumnProfileBuilder("double");
        ColumnProfileBuilder texts = new ColumnProfileBuilder("string");
        for (Double value : values) {
            if (random.nextInt(5) == 0) {
                reals.addNull();
            } else {
                reals.addDouble(random.nextInt(30) == 0 ? Double.NaN : value);
            }
            texts.addText(String.valueOf(random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
        }
        TableProfile profile = new TableProfile(values.size(), Map.of("real", reals.build(), "text", texts.build()));

        assertThat(evaluate(ContractInference.infer(profile), profile))
                .extracting(CheckResult::status)
                .containsOnly(Status.PASS);
    }

    @Test
    void saysWhatIsBroken() {
        Map<String, Contract.Column> columns = new LinkedHashMap<>();
        columns.put("gone", column("string", 0.5, List.of("a"), Optional.empty(), Optional.empty()));
        columns.put("delay", column("INT", 0.5, List.of(), Optional.of(-10.0), Optional.of(10.0)));
        columns.put("origin", column("string", 0.8, List.of("EWR"), Optional.empty(), Optional.empty()));
        columns.put("id", column("LONG", 0, List.of(), Optional.of(0.0), Optional.empty()));
        Map<String, ColumnProfile> found = new LinkedHashMap<>();
        ColumnProfileBuilder delay = new ColumnProfileBuilder("double").add(numbers("double", -3, 12.5, Double.NaN));
        delay.addNull();
        found.put("delay", delay.build());
        found.put("origin", texts(4, "EWR", "JFK", "LGA", null));
        found.put("id", numbers("bigint", 5, 5, 6, 7));
        found.put("new", numbers("int", 1, 2, 3, 4));
        TableProfile profile = new TableProfile(4, found);

        assertThat(evaluate(new Contract(1, columns), profile))
                .containsExactly(
                        new CheckResult(
                                "contract.gone.type",
                                "gone",
                                Status.FAIL,
                                OptionalDouble.empty(),
                                "no such column",
                                "string",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.delay.type",
                                "delay",
                                Status.FAIL,
                                OptionalDouble.empty(),
                                "double",
                                "INT",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.delay.presence",
                                "delay",
                                Status.PASS,
                                OptionalDouble.of(0.75),
                                "75 % of 4 rows (1 without a value)",
                                "a value in at least 50 % of the rows",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.delay.range",
                                "delay",
                                Status.FAIL,
                                OptionalDouble.of(12.5),
                                "-3 to 12.5, and NaN in 1 row",
                                "-10 to 10",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.origin.type",
                                "origin",
                                Status.PASS,
                                OptionalDouble.empty(),
                                "string",
                                "string",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.origin.presence",
                                "origin",
                                Status.FAIL,
                                OptionalDouble.of(0.75),
                                "75 % of 4 rows (1 without a value)",
                                "a value in at least 80 % of the rows",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.origin.domain",
                                "origin",
                                Status.FAIL,
                                OptionalDouble.of(2),
                                "2 rows with another value: 'JFK' (1), 'LGA' (1)",
                                "one of 1 values: EWR",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.id.type",
                                "id",
                                Status.PASS,
                                OptionalDouble.empty(),
                                "bigint",
                                "LONG",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.id.range",
                                "id",
                                Status.PASS,
                                OptionalDouble.of(7),
                                "5 to 7",
                                "at least 0",
                                Source.PROFILE),
                        new CheckResult(
                                "contract.new.type",
                                "new",
                                Status.WARN,
                                OptionalDouble.empty(),
                                "int",
                                "no such column",
                                Source.PROFILE));
    }

    @Test
    void moreValuesThanAreCountedAreNotADomainOfFew() {
        String[] many = new String[300];
        Arrays.setAll(many, i -> "value " + i);
        TableProfile profile = new TableProfile(300, Map.of("origin", texts(300, many)));

        List<CheckResult> few = evaluate(domain("value 1"), profile);
        List<CheckResult> allOfThem = evaluate(domain(many), profile);

        assertThat(few.get(1).status()).isEqualTo(Status.FAIL);
        assertThat(few.get(1).found()).matches("about (29|30).{1} different values");
        assertThat(allOfThem.get(1).status()).as("cannot be decided").isEqualTo(Status.WARN);
    }

    @Test
    void ofNoRowsTheTypesAreToldAlone() {
        Contract contract =
                new Contract(1, Map.of("delay", column("int", 1, List.of(), Optional.of(0.0), Optional.of(1.0))));
        TableProfile none = new TableProfile(0, Map.of("delay", ColumnProfile.none("int")));

        assertThat(evaluate(contract, none)).extracting(CheckResult::status).containsOnly(Status.PASS);
    }

    @Test
    void aTolerantDomainTellsStrangersByTheirShare() {
        TableProfile profile = new TableProfile(100, Map.of("origin", texts(100, "EWR", "EWR", "EWR", "PHL")));
        assertThat(anomalies(promise(domainMass(0.75)), profile)).isEmpty();
        assertThat(anomalies(promise(domainMass(0.76)), profile)).containsExactly(AnomalyCode.DOMAIN_STRANGERS);
    }

    @Test
    void aTolerantDomainOfManyValuesIsDecidedByWhatIsFrequent() {
        String[] values = new String[1_000];
        Arrays.setAll(values, i -> i % 2 == 0 ? "EWR" : "value " + i);
        TableProfile profile = new TableProfile(1_000, Map.of("origin", texts(1_000, values)));
        assertThat(anomalies(promise(domainMass(0.4)), profile)).isEmpty();
        assertThat(anomalies(promise(domainMass(0.6)), profile)).containsExactly(AnomalyCode.DOMAIN_STRANGERS);
    }

    @Test
    void keysAreDecidedWhereTheProfileKnowsThem() {
        Contract.Column key = new Contract.Column(
                "string",
                List.of(),
                0,
                List.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                false);
        String[] many = new String[100_000];
        Arrays.setAll(many, i -> "key " + i);
        String[] twice = new String[100_000];
        Arrays.setAll(twice, i -> "key " + i / 2);
        assertThat(anomalies(promise(key), new TableProfile(3, Map.of("origin", texts(3, "a", "b", null)))))
                .isEmpty();
        assertThat(anomalies(promise(key), new TableProfile(3, Map.of("origin", texts(3, "a", "b", "a")))))
                .containsExactly(AnomalyCode.NOT_UNIQUE);
        assertThat(anomalies(promise(key), new TableProfile(100_000, Map.of("origin", texts(100_000, many)))))
                .containsExactly(AnomalyCode.UNIQUE_UNDECIDED);
        assertThat(anomalies(promise(key), new TableProfile(100_000, Map.of("origin", texts(100_000, twice)))))
                .as("far fewer different values than rows")
                .containsExactly(AnomalyCode.NOT_UNIQUE);
    }

    @Test
    void keysThatTheProfileCannotDecideAreCountedWithTheChecks() {
        Contract.Column key = new Contract.Column(
                "string",
                List.of(),
                0,
                List.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                false);
        String[] many = new String[1_000];
        Arrays.setAll(many, i -> "key " + i);
        List<String> asked = new ArrayList<>();
        CheckEngine engine = (checks, judged) -> {
            asked.addAll(checks.keySet());
            return checks.keySet().stream()
                    .map(name -> new CheckResult(
                            name, "origin", Status.PASS, OptionalDouble.of(1), "counted", "", Source.GROUPING))
                    .toList();
        };
        Map<String, Check> checks = Map.of("mine", new Check.Unique(List.of("origin"), Check.TableElse.FAIL));
        TableProfile unknown = new TableProfile(1_000, Map.of("origin", texts(1_000, many)));
        TableProfile repeated = new TableProfile(4, Map.of("origin", texts(4, "a", "b")));

        assertThat(TableVerdicts.of(checks, Optional.of(promise(key)), engine, judged(unknown)))
                .extracting(result -> result.check() + " " + result.status() + " " + result.found())
                .containsExactly(
                        "mine PASS counted", "contract.origin.type PASS string", "contract.origin.unique PASS counted");
        assertThat(asked).containsExactlyInAnyOrder("mine", "contract.origin.unique");

        asked.clear();
        assertThat(TableVerdicts.of(checks, Optional.of(promise(key)), engine, judged(repeated)))
                .extracting(CheckResult::status)
                .containsExactly(Status.PASS, Status.PASS, Status.FAIL);
        assertThat(asked).as("what is certain is not counted").containsExactly("mine");
    }

    private static Judged judged(TableProfile profile) {
        return new Judged(null, profile, List.of(), Set.of(), null, null, name -> null);
    }

    @Test
    void lengthsHaveBounds() {
        TableProfile profile = new TableProfile(3, Map.of("origin", texts(3, "a", "h\u00e9\u00e9", "ab")));
        assertThat(anomalies(promise(length(1, 3)), profile)).isEmpty();
        assertThat(anomalies(promise(length(2, 3)), profile)).containsExactly(AnomalyCode.LENGTH_TOO_SHORT);
        assertThat(anomalies(promise(length(0, 2)), profile)).containsExactly(AnomalyCode.LENGTH_TOO_LONG);
        TableProfile numbers = new TableProfile(1, Map.of("origin", numbers("int", 1)));
        assertThat(anomalies(promise(length(0, 2)), numbers))
                .containsExactly(AnomalyCode.TYPE_CHANGED, AnomalyCode.TYPE_WITHOUT_BOUNDS);
    }

    @Test
    void aColumnPromisesNothingElsewhere() {
        Contract.Column label = new Contract.Column(
                "int",
                List.of(Contract.Environment.TRAINING),
                1,
                List.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false);
        TableProfile none = new TableProfile(1, Map.of());
        assertThat(anomalies(promise(label), none)).containsExactly(AnomalyCode.COLUMN_MISSING);
        assertThat(ContractChecks.evaluate(promise(label), none, Contract.Environment.SERVING))
                .isEmpty();
    }

    @Test
    void valuesOfASensitiveColumnAreShownToNobody() {
        Contract.Column mail = new Contract.Column(
                "string",
                List.of(),
                0,
                List.of("known"),
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                true);
        TableProfile profile = new TableProfile(4, Map.of("origin", texts(4, "jo@example.org", "known")));
        List<CheckResult> results = evaluate(promise(mail), profile);
        assertThat(results).extracting(CheckResult::status).containsExactly(Status.PASS, Status.FAIL, Status.FAIL);
        assertThat(results.toString()).contains("*** (2)").doesNotContain("jo@");
        assertThat(ContractDiff.between(promise(mail), profile, Contract.Environment.TRAINING)
                        .toString())
                .doesNotContain("jo@");
    }

    @Test
    void aDiffTellsWhatBreaksFromWhatDoesNot() {
        Map<String, Contract.Column> columns = new LinkedHashMap<>();
        columns.put("gone", column("int", 0, List.of(), Optional.empty(), Optional.empty()));
        columns.put("origin", column("string", 1, List.of("EWR", "HPN"), Optional.empty(), Optional.empty()));
        columns.put("delay", column("int", 1, List.of(), Optional.of(0.0), Optional.of(500.0)));
        columns.put("hour", column("int", 0.5, List.of(), Optional.of(0.0), Optional.of(23.0)));
        Map<String, ColumnProfile> found = new LinkedHashMap<>();
        found.put("origin", texts(100, "EWR", "EWR", "EWR", "JFK"));
        found.put("delay", numbers("int", repeated(100, -50, 1000)));
        found.put("hour", numbers("int", repeated(100, 5, 20)));
        found.put("new", numbers("int", repeated(100, 1)));

        assertThat(ContractDiff.between(
                        new Contract(1, columns), new TableProfile(100, found), Contract.Environment.TRAINING))
                .extracting(change -> change.kind() + " " + change.column() + " " + change.promise() + ": "
                        + change.from() + " -> " + change.to())
                .containsExactly(
                        "BREAKING gone column: int -> nothing",
                        "BREAKING origin domain: 2 values -> and 'JFK'",
                        "COMPATIBLE origin domain: 2 values -> without 'HPN'",
                        "BREAKING delay range: 0 to 500 -> -100 to 1,000",
                        "COMPATIBLE hour presence: 50 % -> 100 %",
                        "COMPATIBLE hour range: 0 to 23 -> 5 to 20",
                        "COMPATIBLE new column: nothing -> int");
    }

    @Property(tries = 200)
    void aProposalDiffersInNothingFromItself(@ForAll @Size(max = 40) List<Integer> values) {
        ColumnProfileBuilder whole = new ColumnProfileBuilder("int");
        values.forEach(whole::addLong);
        TableProfile profile = new TableProfile(values.size(), Map.of("whole", whole.build()));
        assertThat(ContractDiff.between(ContractInference.infer(profile), profile, Contract.Environment.TRAINING))
                .isEmpty();
    }

    @Test
    void numbersAreWrittenToBeRead() {
        assertThat(Words.percent(0.999999)).isEqualTo("99.99 %");
        assertThat(Words.percent(1)).isEqualTo("100 %");
        assertThat(Words.percent(0)).isEqualTo("0 %");
        assertThat(Words.number(1048.36058)).isEqualTo("1,048.36058");
        assertThat(Words.number(-100)).isEqualTo("-100");
        assertThat(Words.number(1e300)).isEqualTo("1.0E300");
        assertThat(Words.number(Double.NaN)).isEqualTo("NaN");
        assertThat(Words.rows(1)).isEqualTo("1 row");
        assertThat(Words.rows(26_115)).isEqualTo("26,115 rows");
    }

    private static Contract domain(String... values) {
        return new Contract(
                1, Map.of("origin", column("string", 0, List.of(values), Optional.empty(), Optional.empty())));
    }

    private static Contract.Column proposal(ColumnProfile column) {
        return ContractInference.infer(new TableProfile(column.rows(), Map.of("column", column)))
                .columns()
                .get("column");
    }

    private static ColumnProfile texts(int rows, String... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
        for (int i = 0; i < rows; i++) {
            String value = values[i % values.length];
            if (value == null) {
                builder.addNull();
            } else {
                builder.addText(value.getBytes(StandardCharsets.UTF_8));
            }
        }
        return builder.build();
    }

    private static ColumnProfile numbers(String type, double... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder(type);
        for (double value : values) {
            if (type.equals("double")) {
                builder.addDouble(value);
            } else {
                builder.addLong((long) value);
            }
        }
        return builder.build();
    }

    private static Contract promise(Contract.Column column) {
        return new Contract(1, Map.of("origin", column));
    }

    private static Contract.Column domainMass(double mass) {
        return new Contract.Column(
                "string",
                List.of(),
                0,
                List.of("EWR"),
                mass,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false);
    }

    private static Contract.Column length(long min, long max) {
        return new Contract.Column(
                "string",
                List.of(),
                0,
                List.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Contract.Length(min, Optional.of(max))),
                false,
                false);
    }

    private static double[] repeated(int rows, double... values) {
        double[] all = new double[rows];
        Arrays.setAll(all, i -> values[i % values.length]);
        return all;
    }

    private static List<AnomalyCode> anomalies(Contract contract, TableProfile profile) {
        return ContractChecks.evaluate(contract, profile, Contract.Environment.TRAINING).stream()
                .flatMap(verdict -> verdict.anomaly().stream())
                .toList();
    }

    private static List<CheckResult> evaluate(Contract contract, TableProfile profile) {
        return ContractChecks.evaluate(contract, profile, Contract.Environment.TRAINING).stream()
                .map(ContractVerdict::result)
                .toList();
    }

    private static Contract.Column column(
            String type, double presence, List<String> domain, Optional<Double> min, Optional<Double> max) {
        return new Contract.Column(type, List.of(), presence, domain, 1, min, max, Optional.empty(), false, false);
    }
}
