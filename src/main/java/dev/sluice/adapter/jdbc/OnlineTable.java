package dev.sluice.adapter.jdbc;

import dev.sluice.port.OnlineView;

/**
 * The table in which Feast 0.67 keeps a view, one row for each entity and feature, and what it is told. As
 * {@code feast/infra/online_stores/postgres_online_store} makes and reads it. Beside the features each entity has one row more,
 * {@code _ts:VIEW}, without value: the event time of the entity in this view. It is what writers lock, and what stays of an
 * entity that was deleted. Feast asks for features by name and never sees it.
 */
final class OnlineTable {
    private static final String GIVEN_TIME =
            "TIMESTAMPTZ 'epoch' + given.micros / 1000000 * INTERVAL '1 second'" // two exact products
                    + " + given.micros % 1000000 * INTERVAL '1 microsecond'";

    private final String name;
    private final String timeName;

    OnlineTable(String schema, OnlineView view) {
        name = TableColumn.quoted(schema) + "." + TableColumn.quoted(view.project() + "_" + view.name());
        timeName = "_ts:" + view.name(); // as in Redis; no column is called so
    }

    /** The name in SQL. */
    String name() {
        return name;
    }

    String make() {
        return "CREATE TABLE IF NOT EXISTS " + name + " (entity_key BYTEA, feature_name TEXT, value BYTEA,"
                + " value_text TEXT NULL, vector_value BYTEA NULL, event_ts TIMESTAMPTZ, created_ts TIMESTAMPTZ,"
                + " PRIMARY KEY (entity_key, feature_name))";
    }

    /**
     * Asked with keys and microseconds: takes the entities of which nothing younger is there, whoever wrote that, and answers with
     * their keys. Until the transaction ends no other writer takes them. All writers go by the keys in one order, so that
     * none waits for another in a circle. Each entity is looked up in the index: a join, such as of NOT EXISTS, may be planned
     * as one look at the whole table, which each batch would take.
     */
    String take() {
        return "INSERT INTO " + name + " AS there (entity_key, feature_name, value, event_ts, created_ts)"
                + " SELECT given.key, '" + timeName + "', ''::bytea, " + GIVEN_TIME + ", now()"
                + " FROM unnest(?::bytea[], ?::bigint[]) AS given(key, micros)"
                + " WHERE coalesce((SELECT max(stored.event_ts) FROM " + name + " AS stored"
                + " WHERE stored.entity_key = given.key) <= " + GIVEN_TIME + ", true) ORDER BY given.key"
                + " ON CONFLICT (entity_key, feature_name) DO UPDATE"
                + " SET event_ts = excluded.event_ts, created_ts = excluded.created_ts"
                + " WHERE there.event_ts <= excluded.event_ts RETURNING entity_key";
    }

    /** Asked with keys, names, values and microseconds of features, whose entities were taken. What Feast alone fills is emptied. */
    String put() {
        return "INSERT INTO " + name + " AS there (entity_key, feature_name, value, event_ts, created_ts)"
                + " SELECT given.key, given.name, given.value, " + GIVEN_TIME + ", now()"
                + " FROM unnest(?::bytea[], ?::text[], ?::bytea[], ?::bigint[]) AS given(key, name, value, micros)"
                + " ON CONFLICT (entity_key, feature_name) DO UPDATE"
                + " SET value = excluded.value, value_text = NULL, vector_value = NULL,"
                + " event_ts = excluded.event_ts, created_ts = excluded.created_ts";
    }

    /** Asked with keys of entities that were taken: takes all their features away. */
    String delete() {
        return "DELETE FROM " + name + " WHERE entity_key = ANY(?::bytea[]) AND feature_name <> '" + timeName + "'";
    }

    /** Asked with keys: what is there of these entities, with microseconds. Looked up one by one, as {@link #take} says. */
    String read() {
        return "SELECT asked.key, stored.* FROM unnest(?::bytea[]) AS asked(key) CROSS JOIN LATERAL"
                + " (SELECT feature_name, value, (extract(epoch FROM event_ts) * 1000000)::bigint FROM " + name
                + " WHERE entity_key = asked.key OFFSET 0) AS stored"; // OFFSET 0: not to be joined otherwise
    }

    /** Asked with milliseconds: takes away what is of no later event time, and answers with the number of entities. */
    String forget() {
        return "WITH gone AS (DELETE FROM " + name + " WHERE event_ts <= to_timestamp(?::double precision / 1000)"
                + " RETURNING entity_key) SELECT count(DISTINCT entity_key) FROM gone";
    }
}
