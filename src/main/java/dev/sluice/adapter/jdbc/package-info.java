/** Reads the tables of a relational database: PostgreSQL. */
package dev.sluice.adapter.jdbc;
