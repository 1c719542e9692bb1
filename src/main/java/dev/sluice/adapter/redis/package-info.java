/** The online store: Redis, in the format that Feast reads. */
package dev.sluice.adapter.redis;
