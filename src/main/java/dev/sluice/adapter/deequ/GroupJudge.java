package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides a check of each group, and names the worst.
 *
 * @param parts one number or several, all of which must lie between their bounds; expected is what the first says
 */
record GroupJudge(Check check, List<Bounded> parts, Shown shown) {
    /** One group, as it was judged, and how far it is from what it should be; below 0 where it is not. */
    private record Judgement(PerGroup.Group group, List<Bounded.Answer> answers, double excess) {}

    /** The column whose values the groups have. */
    String per() {
        return check.per().orElseThrow();
    }

    /** What must be measured of each group. */
    Set<Analyzer<?, Metric<?>>> analyzers() {
        return parts.stream()
                .flatMap(part -> part.analyzers().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether all of it is measured on groupings of each group's rows. */
    boolean isOfGroupings() {
        return analyzers().stream()
                .allMatch(analyzer -> GroupMetrics.by(analyzer).isPresent());
    }

    /** The verdict on all groups that there are. */
    Verdict verdict(List<PerGroup.Group> all, Source source) {
        long fewest = check.minRows().orElse(1L);
        List<Judgement> judged = all.stream()
                .filter(group -> group.rows() >= fewest)
                .map(this::judgement)
                .sorted(Comparator.comparingDouble((Judgement judgement) -> -judgement.excess())
                        .thenComparing(judgement -> judgement.group().value()))
                .toList();
        String expected = parts.get(0).expected() + " for each " + per()
                + (fewest == 1 ? "" : " of at least " + Words.count(fewest) + " rows");
        long small = (long) all.size() - judged.size();
        String left = small == 0 ? "" : "; " + Words.count(small) + " of fewer rows not judged";
        if (judged.isEmpty()) {
            // Nothing is wrong with groups that are too small to tell, but without any group nothing is known.
            String none =
                    all.isEmpty() ? "no rows with a " + per() : "no " + per() + " of " + Words.count(fewest) + " rows";
            return verdict(small > 0, OptionalDouble.empty(), none + left, expected, source);
        }
        long broken =
                judged.stream().filter(judgement -> judgement.excess() >= 0).count();
        return broken == 0
                ? verdict(
                        true,
                        best(judged),
                        range(judged) + " for each of " + Words.count(judged.size()) + left,
                        expected,
                        source)
                : verdict(
                        false,
                        worst(judged.get(0)),
                        told(judged.get(0)) + ", the worst of " + Words.count(broken) + " that break it, of "
                                + Words.count(judged.size()) + left,
                        expected,
                        source);
    }

    private Judgement judgement(PerGroup.Group group) {
        List<Bounded.Answer> answers =
                parts.stream().map(part -> part.answer(group.metrics()::get)).toList();
        double excess = -1;
        for (int i = 0; i < parts.size(); i++) {
            excess = Math.max(excess, parts.get(i).excess(answers.get(i)));
        }
        return new Judgement(group, answers, excess);
    }

    private Verdict verdict(boolean holds, OptionalDouble metric, String found, String expected, Source source) {
        return new Verdict(holds, parts.get(0).column(), metric, found, expected, source);
    }

    /** The number that is nearest to a bound. */
    private OptionalDouble best(List<Judgement> judged) {
        List<Double> ordered = ordered(judged);
        boolean low = parts.get(0).min().isPresent();
        return ordered.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(ordered.get(low ? 0 : ordered.size() - 1));
    }

    private String range(List<Judgement> judged) {
        List<Double> ordered = ordered(judged);
        return ordered.isEmpty()
                ? "no value"
                : words(ordered.get(0)) + (ordered.size() == 1 ? "" : " to " + words(ordered.get(ordered.size() - 1)));
    }

    private static List<Double> ordered(List<Judgement> judged) {
        return judged.stream()
                .flatMap(judgement -> judgement.answers().stream())
                .flatMap(answer -> answer.value().stream().boxed())
                .distinct()
                .sorted()
                .toList();
    }

    /** The number of a group by which it is furthest from what it should be. */
    private OptionalDouble worst(Judgement judgement) {
        for (int i = 0; i < parts.size(); i++) {
            Bounded.Answer answer = judgement.answers().get(i);
            if (parts.get(i).excess(answer) >= judgement.excess()) {
                return answer.value();
            }
        }
        throw new IllegalStateException("no number is as far off as the furthest");
    }

    private String told(Judgement judgement) {
        List<Bounded.Answer> answers = judgement.answers();
        String numbers = answers.stream().map(Bounded.Answer::value).allMatch(OptionalDouble::isEmpty)
                ? "no value"
                : answers.stream()
                                .map(answer -> words(answer.value().getAsDouble()))
                                .distinct()
                                .collect(Collectors.joining(" to "))
                        + parts.get(0).of();
        PerGroup.Group group = judgement.group();
        return numbers + " for " + per() + " = " + shown.value(per(), group.value()) + " in "
                + Words.rows(group.rows());
    }

    private String words(double value) {
        return parts.get(0).words().apply(value);
    }
}
