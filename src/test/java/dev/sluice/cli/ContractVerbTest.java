package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a table and what it promises, from the command line. */
@SparkTest
final class ContractVerbTest {
    private static final String PIPELINE = "src/test/resources/pipelines/orders.yml";
    private static final int ORDERS = 60;

    @TempDir
    private Path folder;

    @BeforeEach
    void orders(SparkSession session) throws IOException {
        assertThat(session).isNotNull(); // the verbs find it
        day(1, 0);
        assertThat(sluice("run", "--job", "daily", "--interval", "2024-03-01/2024-03-02"))
                .startsWith("0\n");
    }

    @Test
    void aTableIsProfiled() throws IOException {
        assertThat(sluice("profile", "bronze.orders"))
                .containsPattern("column +type +nulls +distinct +min +median +mean +max +length +use +most frequent")
                .containsPattern("\nid +int +0 +60 +0 +29 +29.5 +59 +id\n")
                .containsPattern("\namount +double +0 +6 +10 +12 +12.5 +15 +number +10.0 16.67 %, 11.0 16.67 %")
                .endsWith("bronze.orders@0: 60 rows\n");
        assertThat(sluice("profile", "bronze.orders", "--format", "json"))
                .contains(
                        "{\"column\":\"id\",\"type\":\"int\",\"rows\":60,\"nulls\":0,\"use\":\"id\",\"use_share\":1.0,"
                                + "\"distinct\":60.0,\"distinct_error\":0.0,");
        assertThat(sluice("profile", "bronze.order"))
                .startsWith("64\n")
                .contains("pipeline orders makes no table 'bronze.order'; did you mean bronze.orders?");
        assertThat(sluice("profile", "bronze.orders", "--at", "7"))
                .contains("expected a version of bronze.orders from 0 to 0, found 7");
        assertThat(sluice("profile", "bronze.orders", "--stored"))
                .startsWith("66\n")
                .contains("no profile of bronze.orders has been recorded");
        assertThat(sluice("run", "--steps", "profile", "--interval", "2024-03-01/2024-03-02"))
                .startsWith("0\n");
        assertThat(sluice("profile", "bronze.orders", "--stored"))
                .containsPattern("\nid +int +0 +60 +0 +29 +29.5 +59 +id\n")
                .contains("as recorded by run ");
        assertThat(sluice("profile", "bronze.orders"))
                .containsPattern("\nid +int +0 +60 +0 +29 +29.5 +59 +id\n")
                .contains("\n0 of 1 partitions read, 1 known from states\n")
                .endsWith("bronze.orders@0: 60 rows\n");
    }

    @Test
    void columnsAreComparedBesideTheirProfile() throws IOException {
        assertThat(sluice("profile", "bronze.orders", "--pairs", "--label", "amount"))
                .containsPattern("\nid +int +0 +60 +0 +29 +29.5 +59 +id\n")
                .containsPattern("\n\ncolumn +other column +correlation +rows\nid +amount +0.0986 +60\n")
                .containsPattern("\n\ncolumn +information +of the label +by chance +correlation\n")
                .containsPattern("\nday +0.0000 +0.00 % +0.0000 *\n")
                .contains("\nthe strongest 1 of 1 pairs of columns of numbers\n")
                .contains("\nwhat columns tell of amount, of 60 rows with one\n")
                .endsWith("all rows read at once\nbronze.orders@0: 60 rows\n");
        Path page = folder.resolve("pairs.html");
        assertThat(sluice(
                        "profile",
                        "bronze.orders",
                        "--pairs",
                        "--label",
                        "id",
                        "--format",
                        "json",
                        "--out",
                        page.toString()))
                .contains("{\"column\":\"id\",\"other\":\"amount\",\"rows\":60,\"correlation\":0.098")
                .contains("{\"column\":\"amount\",\"label\":\"id\",\"rows\":60,\"mutual_information\":")
                .endsWith("page written to " + page + "\n");
        assertThat(Files.readString(page))
                .contains(
                        "<h1>Profile of bronze.orders</h1>",
                        "<h2>Correlations</h2>",
                        "<h2>What columns tell of id</h2>");
        assertThat(sluice("profile", "bronze.orders", "--label", "amuont"))
                .startsWith("64\n")
                .contains("there is no column 'amuont'; did you mean amount?");
        assertThat(sluice("profile", "bronze.orders", "--pairs", "--by", "day"))
                .startsWith("64\n")
                .contains("expected --by alone, found --pairs too");
        assertThat(sluice("profile", "bronze.orders", "--pairs", "--stored"))
                .startsWith("64\n")
                .contains("expected no --stored: pairs are of the table's rows");
        assertThat(sluice("profile", "bronze.orders", "--pairs", "--against", "0"))
                .containsPattern("\nid +ok ")
                .endsWith("bronze.orders@0 against bronze.orders@0: 60 rows\n");
    }

    @Test
    void checksThatATableKeepsAreSuggested() {
        assertThat(sluice("check", "suggest", "bronze.orders"))
                .contains(
                        """
                        checks:
                          # all of 60 rows have a value
                          id_complete:
                            complete: id
                        """)
                .contains(
                        """
                          # 60 values, all different
                          id_unique:
                            unique:
                              - id
                        """)
                .contains(
                        """
                          # the smallest of 60 numbers is 10
                          amount_not_negative:
                            smallest: amount
                            min: 0.0
                        """)
                .containsPattern("\\n\\d+ checks that bronze.orders@0 keeps\\n$");
        assertThat(sluice("check", "suggest", "bronze.orders", "--stored"))
                .startsWith("64\n")
                .contains("expected no --stored: suggestions are tried on the table's rows");
    }

    @Test
    void slicesAndVersionsAreCompared() throws IOException {
        day(2, 1000);
        assertThat(sluice("run", "--job", "daily", "--interval", "2024-03-02/2024-03-03"))
                .startsWith("0\n");
        assertThat(sluice("profile", "bronze.orders", "--by", "day"))
                .containsPattern("day = 2024-03-01: 60 rows\n")
                .containsPattern(
                        "day = 2024-03-02: 60 rows\ncolumn .*\nid +int +0 +60 .*\namount +double +0 +6 +1,010 ");
        assertThat(sluice("profile", "bronze.orders", "--by", "dya"))
                .startsWith("64\n")
                .contains("there is no column 'dya'; did you mean day?");
        assertThat(sluice("profile", "bronze.orders", "--against", "0", "--distance", "psi"))
                .containsPattern("\namount +breach +psi [0-9.]+, above 0.25\n")
                .containsPattern("\nid +ok +psi 0.0000, at most 0.1\n")
                .endsWith("bronze.orders@1 against bronze.orders@0: 120 rows\n");
        Path page = folder.resolve("orders.html");
        assertThat(sluice("profile", "bronze.orders", "--against", "0", "--out", page.toString()))
                .endsWith("bronze.orders@1 against bronze.orders@0: 120 rows\npage written to " + page + "\n");
        assertThat(Files.readString(page))
                .contains("<h1>Profile of bronze.orders</h1>", "What has drifted", "<figcaption>amount</figcaption>");
        assertThat(sluice("profile", "bronze.orders", "--by", "day", "--out", page.toString()))
                .endsWith("page written to " + page + "\n");
        assertThat(Files.readString(page))
                .contains("<h1>Profile of bronze.orders</h1>", "Distance from all rows", ">2024-03-02</th>");
        assertThat(sluice("profile", "bronze.orders", "--against", "9"))
                .startsWith("64\n")
                .contains("expected a version of bronze.orders from 0 to 1, found 9");
    }

    @Test
    void aContractIsProposedReviewedComparedAndDecided() throws IOException {
        Path file = folder.resolve("orders.contract.yml");
        assertThat(sluice("contract", "infer", "bronze.orders", "--out", file.toString()))
                .isEqualTo("0\ncontract of bronze.orders@0 written to " + file
                        + "; review it, then name it in ingest/bronze.orders/contract\n");
        assertThat(sluice("contract", "infer", "bronze.orders", "--out", file.toString()))
                .startsWith("64\n")
                .contains("there is a file " + file + " already");
        assertThat(sluice("contract", "check", "bronze.orders"))
                .startsWith("64\n")
                .contains("pipeline orders names no contract for bronze.orders");
        String contract = "--contract=" + file;
        assertThat(sluice("contract", "check", "bronze.orders", contract))
                .isEqualTo("0\n11 of 11 promises are kept by bronze.orders@0\n");
        assertThat(sluice("contract", "diff", "bronze.orders", contract))
                .isEqualTo("0\nbronze.orders@0 would change nothing\n");

        day(2, 1000);
        assertThat(sluice("run", "--job", "daily", "--interval", "2024-03-02/2024-03-03"))
                .startsWith("0\n");
        assertThat(sluice("contract", "check", "bronze.orders", contract))
                .startsWith("65\n")
                .containsPattern("fail +VALUE_TOO_LARGE +amount +10 to 1,015 +10 to 15\n")
                .containsPattern(
                        "fail +NOT_UNIQUE +id +'0' in 2 rows or more, 60 different values in 120 rows +no value twice\n");
        assertThat(sluice("contract", "diff", "bronze.orders", contract, "--format", "json"))
                .startsWith("65\n")
                .contains("{\"change\":\"breaking\",\"column\":\"amount\",\"promise\":\"range\",\"from\":\"10 to 15\","
                        + "\"to\":\"0 to 1,100\"}");
        assertThat(sluice("contract", "check", "bronze.orders", "--at=0", contract))
                .as("an older version")
                .startsWith("0\n");
    }

    @Test
    void aContractThatIsWrongIsRefusedWithItsPlace() throws IOException {
        Path file = Files.writeString(
                folder.resolve("wrong.yml"),
                "format: 1\ncolumns:\n  id: {type: int, domain_mass: 0.5}\n  at: {type: timestamp, length: {min: 3, max: 2}}\n");
        assertThat(sluice("contract", "check", "bronze.orders", "--contract=" + file))
                .isEqualTo("78\nerror: " + file
                        + ":3:19: columns/id/domain_mass: expected a domain beside it, found none\nerror: " + file
                        + ":4:42: columns/at/length/max: expected at least min (3), found 2\nerror: 2 problems; nothing was"
                        + " started\n");
    }

    private void day(int day, double more) throws IOException {
        List<String> lines = new ArrayList<>(List.of("id,amount,at"));
        for (int i = 0; i < ORDERS; i++) {
            lines.add(i + "," + (more + 10 + i % 6) + ",2024-03-0" + day + "T10:00:00Z");
        }
        Files.write(folder.resolve("orders_2024-03-0" + day + ".csv"), lines);
    }

    private String sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-p", PIPELINE, "--var", "raw=" + folder, "--var", "lake=" + folder.resolve("lake")));
        return Call.of(all.toArray(String[]::new));
    }
}
