/** What Feast 0.67 writes into any online store: the bytes of entities and of values. */
package dev.sluice.feast;
