package dev.sluice.adapter.redis;

import dev.sluice.config.Connection;
import dev.sluice.core.Secret;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/** Redis 7 in the format of Feast 0.67: what is written here is read by {@code get_online_features} of stock Feast. */
public final class RedisStore implements OnlineStore {
    private static final long serialVersionUID = 1L;

    private final String address;
    private final int database;
    private final boolean tls;
    private final int timeoutMillis;
    private final String user;
    /** Null when there is none. */
    private final String password;

    public RedisStore(Connection.Redis connection) {
        address = connection.address();
        database = connection.database();
        tls = connection.tls();
        timeoutMillis = Math.toIntExact(connection.timeout().toMillis());
        user = connection.user().orElse(null);
        password = connection.password().map(Secret::reveal).orElse(null);
    }

    @Override
    public Session open(OnlineView view) {
        return new RedisSession(this, view);
    }

    /** A connection that is made, logged in and on its database. */
    redis.clients.jedis.Connection connect() {
        JedisClientConfig settings = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(timeoutMillis)
                .socketTimeoutMillis(timeoutMillis)
                .user(user)
                .password(password)
                .database(database)
                .ssl(tls)
                .build();
        return new redis.clients.jedis.Connection(HostAndPort.from(address), settings);
    }

    /** Address and database: what messages call it. */
    String name() {
        return address + "/" + database;
    }

    @Override
    public String toString() {
        return "Redis " + name();
    }
}
