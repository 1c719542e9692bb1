package dev.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Reads Spark SQL expressions without running anything. */
@FunctionalInterface
public interface ExpressionCheck {
    /** Takes every text for an expression that may be used and names no columns. */
    ExpressionCheck ANYTHING = sql -> new Reading(List.of(), Set.of(), Set.of(), new Shift(sql, Duration.ZERO));

    /** Reads one expression; never throws for what the text says. */
    Reading read(String sql);

    /**
     * What an expression says.
     *
     * @param flaws why it may not be used; empty when it may
     * @param columns names of the columns it reads, variables of lambdas left out
     * @param aggregates names of the aggregate functions it calls
     * @param shift what it is, where intervals that it adds to something are left out
     */
    record Reading(List<Flaw> flaws, Set<String> columns, Set<String> aggregates, Shift shift) {
        public Reading {
            flaws = List.copyOf(flaws);
            columns = Set.copyOf(columns);
            aggregates = Set.copyOf(aggregates);
        }
    }

    /**
     * An expression and a fixed time that is added to it.
     *
     * @param of in one spelling, so that equal texts are equal expressions
     */
    record Shift(String of, Duration by) {
        /** Whether this is certainly an earlier time than another. */
        boolean isBefore(Shift other) {
            return of.equals(other.of) && by.compareTo(other.by) < 0;
        }
    }

    /**
     * What is wrong in an expression.
     *
     * @param offset which character, counted from 0
     */
    record Flaw(int offset, String message) {}
}
