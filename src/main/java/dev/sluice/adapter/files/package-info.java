/** Small objects beside the tables: on a local disk with java.nio, elsewhere through Hadoop's file systems. */
package dev.sluice.adapter.files;
