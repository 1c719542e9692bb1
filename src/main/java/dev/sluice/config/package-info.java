/**
 * The pipeline language: YAML, or Java, to immutable records; every problem at once, each with its place; the JSON Schema
 * and the reference made from the same records. Only this package knows the YAML library; Spark is not known here.
 */
package dev.sluice.config;
