package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.CountDistinct;
import com.amazon.deequ.analyzers.Distinctness;
import com.amazon.deequ.analyzers.Entropy;
import com.amazon.deequ.analyzers.MutualInformation;
import com.amazon.deequ.analyzers.UniqueValueRatio;
import com.amazon.deequ.analyzers.Uniqueness;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** What Deequ's analyzers measure on groups, as they would. Nothing that is asked of some rows alone. */
final class GroupMetrics {
    private GroupMetrics() {}

    /** Whether it is measured on groups by some of these columns. */
    static boolean measure(Analyzer<?, ?> analyzer, Set<String> columns) {
        return by(analyzer).filter(columns::containsAll).isPresent();
    }

    /** The columns by whose groups it is measured, if by any. */
    static Optional<SortedSet<String>> by(Analyzer<?, ?> analyzer) {
        return columns(analyzer).or(() -> pair(analyzer));
    }

    /** The columns whose groups it needs; empty where it needs none, or a pair. */
    static Optional<SortedSet<String>> columns(Analyzer<?, ?> analyzer) {
        if (analyzer instanceof Uniqueness unique && unique.where().isEmpty()) {
            return Optional.of(set(unique.columns()));
        } else if (analyzer instanceof Distinctness distinct && distinct.where().isEmpty()) {
            return Optional.of(set(distinct.columns()));
        } else if (analyzer instanceof UniqueValueRatio ratio && ratio.where().isEmpty()) {
            return Optional.of(set(ratio.columns()));
        } else if (analyzer instanceof CountDistinct count) {
            return Optional.of(set(count.columns()));
        } else if (analyzer instanceof Entropy entropy && entropy.where().isEmpty()) {
            return Optional.of(new TreeSet<>(List.of(entropy.column())));
        }
        return Optional.empty();
    }

    /** The pair of columns that it needs. */
    static Optional<SortedSet<String>> pair(Analyzer<?, ?> analyzer) {
        return analyzer instanceof MutualInformation information
                        && information.where().isEmpty()
                        && information.columns().size() == 2
                ? Optional.of(set(information.columns()))
                : Optional.empty();
    }

    /** The value; empty where there are no groups. */
    static OptionalDouble value(Analyzer<?, ?> analyzer, Groups groups) {
        if (analyzer instanceof CountDistinct) {
            return OptionalDouble.of((double) groups.count());
        } else if (groups.count() == 0) {
            return OptionalDouble.empty();
        } else if (analyzer instanceof Uniqueness) {
            return OptionalDouble.of((double) groups.singles() / groups.rows());
        } else if (analyzer instanceof Distinctness) {
            return OptionalDouble.of((double) groups.count() / groups.rows());
        } else if (analyzer instanceof UniqueValueRatio) {
            return OptionalDouble.of((double) groups.singles() / groups.count());
        }
        // The sum of n/N ln(N/n) over groups of n among N rows.
        return OptionalDouble.of(Math.log((double) groups.rows()) - groups.logs() / groups.rows());
    }

    /** The value of what was asked for, of the rows of one value of its column. */
    static OptionalDouble value(Analyzer<?, ?> analyzer, Grouping asked, String of, GroupQuery.Answer known) {
        if (analyzer instanceof MutualInformation) {
            Double nats = known.information().get(asked).get(of);
            return nats == null ? OptionalDouble.empty() : OptionalDouble.of(nats);
        }
        Groups groups = known.groups().get(asked).get(of);
        return groups == null ? OptionalDouble.empty() : value(analyzer, groups);
    }

    private static SortedSet<String> set(Seq<String> columns) {
        Collection<String> names = JavaConverters.asJavaCollection(columns);
        return new TreeSet<>(names);
    }
}
