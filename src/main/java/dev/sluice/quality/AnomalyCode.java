package dev.sluice.quality;

/** What is wrong with a column, as contracts say it. The names never change: alerts and dashboards are built on them. */
public enum AnomalyCode {
    /** The contract has a column that the table lacks. */
    COLUMN_MISSING,
    /** The table has a column that the contract lacks. */
    COLUMN_NEW,
    /** The column has another type. */
    TYPE_CHANGED,
    /** Too many rows without a value. */
    PRESENCE_LOW,
    /** Too many values that are not in the domain. */
    DOMAIN_STRANGERS,
    /** There are too many different values to tell which are not in the domain. */
    DOMAIN_UNDECIDED,
    /** The smallest number is below the range. */
    VALUE_TOO_SMALL,
    /** The largest number is above the range. */
    VALUE_TOO_LARGE,
    /** NaN in a column with a largest value. */
    VALUE_NAN,
    /** A range or a length is promised of a type that has none. */
    TYPE_WITHOUT_BOUNDS,
    /** The shortest value is too short. */
    LENGTH_TOO_SHORT,
    /** The longest value is too long. */
    LENGTH_TOO_LONG,
    /** A value occurs twice. */
    NOT_UNIQUE,
    /** The profile alone does not tell whether a value occurs twice. */
    UNIQUE_UNDECIDED
}
