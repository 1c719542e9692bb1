/**
 * Models: how rows are split in time, columns become a vector, learners are fitted and searched, models are kept as stock
 * Spark ML pipelines, and gates judge them. Nothing here writes a table or reads a clock's date.
 */
package dev.sluice.model;
