package dev.sluice.adapter.report;

import dev.sluice.port.Report;
import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.port.Report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** A report as an evaluation writes it: every kind of block, with the sizes and numbers that occur. */
final class SampleReport {
    private SampleReport() {}

    static Report evaluation() {
        return new Report(
                "flights-delay: candidate judged",
                "xgboost-07 on 31,407 test rows, decision times 2013-08-25 to 2013-09-30",
                List.of(verdict(), curves(), drift(), slices(), candidates(), importance(), correlations()));
    }

    /** As many columns as are shown at most, with names of usual length. */
    private static Section correlations() {
        List<String> names =
                IntStream.range(0, 30).mapToObj(i -> "feature_of_kind_" + i).toList();
        return new Section(
                "What goes together",
                List.of(new Block.HeatMap(
                        "Correlation in hundredths",
                        names,
                        IntStream.range(0, 30)
                                .mapToObj(i -> IntStream.range(0, 30)
                                        .mapToObj(
                                                j -> i == j ? 1.0 : i * j == 6 ? Double.NaN : Math.cos(0.35 * (i - j)))
                                        .toList())
                                .toList())));
    }

    private static Section verdict() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Verdict", "pass");
        facts.put("Candidate", "xgboost-07");
        facts.put("Training set", "gold.delay_features_training@4");
        facts.put("Test rows", "31,407");
        facts.put("Positives", "18.4 %");
        facts.put("Champion", "flights-delay/2");
        facts.put("Seed", "20130101");
        facts.put("Run key", "0f9a3c5be1b94ea28d7a4c6c0b1fd9a7");
        return new Section(
                "Verdict",
                List.of(
                        new Block.Text("Every gate that could be judged is met. The candidate was judged on rows that "
                                + "training never saw; the champion was scored again on the same rows."),
                        new Block.Facts(facts),
                        new Block.Table(
                                List.of("gate", "metric", "candidate", "bound", "rows", "verdict", "evidence"),
                                List.of(
                                        List.of(
                                                "beats_prior",
                                                "areaUnderPR",
                                                "0.4127",
                                                "0.2341",
                                                "31,407",
                                                "pass",
                                                "0.1786 better than prior, at least 0.05 wanted"),
                                        List.of(
                                                "beats_champion",
                                                "areaUnderPR",
                                                "0.4127",
                                                "0.4088",
                                                "31,407",
                                                "pass",
                                                "0.0039 better than champion, at least −0.002 wanted"),
                                        List.of("auc", "areaUnderROC", "0.7261", "0.65", "31,407", "pass", "min 0.65"),
                                        List.of(
                                                "calibrated",
                                                "calibrationError",
                                                "0.0612",
                                                "0.05",
                                                "31,407",
                                                "fail",
                                                "max 0.05"),
                                        List.of(
                                                "per_carrier",
                                                "areaUnderROC",
                                                "–",
                                                "0.60",
                                                "412",
                                                "inconclusive",
                                                "no slice has 2000 rows")))));
    }

    private static Section curves() {
        return new Section(
                "Curves on the test rows",
                List.of(
                        new Block.Lines(
                                "ROC",
                                "false positive rate",
                                "true positive rate",
                                List.of(
                                        curve("candidate", 400, x -> 1 - Math.pow(1 - x, 2.3)),
                                        curve("champion", 400, x -> 1 - Math.pow(1 - x, 2.1)),
                                        curve("chance", 1, x -> x))),
                        new Block.Lines(
                                "Precision and recall",
                                "recall",
                                "precision",
                                List.of(
                                        curve("candidate", 400, x -> 0.184 + 0.62 * Math.pow(1 - x, 1.7)),
                                        curve("champion", 400, x -> 0.184 + 0.58 * Math.pow(1 - x, 1.6)),
                                        curve("share of positives", 1, x -> 0.184))),
                        new Block.Lines(
                                "Calibration",
                                "predicted probability",
                                "observed share",
                                List.of(
                                        curve("candidate", 9, x -> Math.min(1, x * 0.86 + 0.04)),
                                        curve("ideal", 1, x -> x))),
                        new Block.Bars(
                                "Predicted probability",
                                "probability",
                                "rows",
                                List.of("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"),
                                List.of(9120.0, 8433.0, 5210.0, 3388.0, 2101.0, 1490.0, 901.0, 480.0, 212.0, 72.0))));
    }

    private static Section drift() {
        List<Series> many = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            double shift = 0.02 * i;
            many.add(curve(
                    List.of("temp", "wind", "precip", "visib", "pressure", "distance", "seats")
                            .get(i),
                    30,
                    x -> 0.05 + shift + 0.03 * Math.sin(6 * x + shift * 40)));
        }
        return new Section(
                "Stability of the inputs",
                List.of(
                        new Block.Text("Population stability index of each day against the training rows."),
                        new Block.Lines("PSI per day", "day of the month", "PSI", many),
                        new Block.Bars(
                                "Change against the champion",
                                "metric",
                                "relative",
                                List.of("PR", "ROC", "F1", "brier"),
                                List.of(0.0095, 0.0021, -0.0043, 0.0)),
                        new Block.Table(
                                List.of("column", "verdict", "reason"),
                                List.of(
                                        List.of("temp", "breach", "psi 0.8115 ± 0.0210, above 0.25"),
                                        List.of(
                                                "carrier",
                                                "warn",
                                                "chi_square_p_value 0.0312, below 0.05 (chosen for at most 1,000"
                                                        + " reference rows)"),
                                        List.of("visib", "ok", "psi 0.0034, at most 0.1"),
                                        List.of("sky", "not judged", "its values cannot be put into buckets"))),
                        new Block.Shares(
                                "temp",
                                "value",
                                "share of rows",
                                List.of(
                                        "<= 30.92",
                                        "<= 37.94",
                                        "<= 44.06",
                                        "<= 51.08",
                                        "<= 57.02",
                                        "<= 64.04",
                                        "<= 69.98",
                                        "<= 75.02",
                                        "<= 80.06",
                                        "> 80.06",
                                        "null"),
                                new Report.Values(
                                        "training",
                                        List.of(
                                                0.102, 0.099, 0.1, 0.099, 0.101, 0.1, 0.098, 0.101, 0.099, 0.1005,
                                                0.0005)),
                                new Report.Values(
                                        "scored",
                                        List.of(
                                                0.0, 0.0, 0.004, 0.011, 0.038, 0.096, 0.142, 0.213, 0.271, 0.212,
                                                0.013))),
                        new Block.Shares(
                                "carrier: the 5 of 16 values that changed most",
                                "value",
                                "share of rows",
                                List.of("UA", "B6", "EV", "Mesa Airlines and its very long name", "AS"),
                                new Report.Values("training", List.of(0.281, 0.243, 0.229, 0.2, 0.047)),
                                new Report.Values("scored", List.of(0.41, 0.241, 0.112, 0.177, 0.06)))));
    }

    private static Section slices() {
        List<List<String>> rows = new ArrayList<>();
        for (String origin : List.of("EWR", "JFK", "LGA")) {
            rows.add(List.of("origin", origin, "10,469", "0.7214", "0.4055", "0.4402", "0.0471", "pass"));
        }
        for (String carrier : List.of("UA", "B6", "EV", "DL", "AA", "HA")) {
            boolean small = carrier.equals("HA");
            rows.add(List.of(
                    "carrier",
                    carrier,
                    small ? "31" : "4,812",
                    "0.7031",
                    "0.3917",
                    "0.4218",
                    "0.0588",
                    small ? "inconclusive" : "warn"));
        }
        return new Section(
                "Slices",
                List.of(new Block.Table(
                        List.of(
                                "column",
                                "value",
                                "rows",
                                "areaUnderROC",
                                "areaUnderPR",
                                "f1",
                                "calibrationError",
                                "verdict"),
                        rows)));
    }

    private static Section candidates() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            rows.add(List.of(
                    i == 0 ? "prior" : i < 5 ? "logreg-0" + i : "xgboost-0" + i,
                    i == 0 ? "" : i < 5 ? "regParam=0.01, elasticNetParam=0.5" : "maxDepth=6, eta=0.1, numRound=80",
                    String.format(Locale.ROOT, "%.4f", 0.2341 + i * 0.02),
                    String.valueOf(1.5 + 2 * i),
                    i == 4 ? "did not converge: line search failed" : ""));
        }
        return new Section(
                "Candidates",
                List.of(new Block.Table(
                        List.of("candidate", "parameters", "areaUnderPR (validation)", "seconds", "failure"), rows)));
    }

    private static Section importance() {
        List<String> names = IntStream.range(0, 24)
                .mapToObj(i -> List.of(
                                        "sched_hour",
                                        "carrier_delay_7d",
                                        "route_late_28d",
                                        "precip",
                                        "visib",
                                        "a feature with quite a long descriptive name")
                                .get(i % 6)
                        + (i < 6 ? "" : "_" + i / 6))
                .toList();
        List<Double> values = IntStream.range(0, 24)
                .mapToObj(i -> i == 22 ? -0.004 : 0.0712 * Math.exp(-i / 5.0))
                .toList();
        return new Section(
                "What the model listens to",
                List.of(
                        new Block.Text("Loss of area under the precision-recall curve when a feature's values are "
                                + "shuffled among the rows."),
                        new Block.Bars("Permutation importance", "feature", "loss", names, values),
                        new Block.Bars(
                                "Rows per carrier",
                                "carrier",
                                "rows",
                                List.of(
                                        "United Air Lines",
                                        "JetBlue Airways",
                                        "ExpressJet Airlines",
                                        "Delta Air Lines"),
                                List.of(5866.0, 5463.0, 5417.0, 4811.0))));
    }

    private static Series curve(String name, int steps, DoubleUnaryOperator f) {
        List<Double> x = IntStream.rangeClosed(0, steps)
                .mapToObj(i -> (double) i / steps)
                .toList();
        return new Series(name, x, x.stream().map(f::applyAsDouble).toList());
    }
}
