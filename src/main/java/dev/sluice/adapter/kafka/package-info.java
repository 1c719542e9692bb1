/** Reads the messages of a Kafka topic. */
package dev.sluice.adapter.kafka;
