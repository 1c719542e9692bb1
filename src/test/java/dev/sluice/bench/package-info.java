/**
 * Benchmarks: ours against the real peer, alternating, results compared before times count. Started by {@code scripts/bench};
 * not part of the tests, since times wobble.
 */
package dev.sluice.bench;
