/**
 * Point-in-time joins and windows: what was known of a key at each decision time, in one pass over what happened. The
 * contract is {@link dev.sluice.frame.asof.History}; how it is met is {@link dev.sluice.frame.asof.Strategy}.
 */
package dev.sluice.frame.asof;
