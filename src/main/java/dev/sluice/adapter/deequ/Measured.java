package dev.sluice.adapter.deequ;

import com.amazon.deequ.metrics.Metric;
import dev.sluice.port.CheckResult.Source;

/** A metric of Deequ's, and where it comes from. */
record Measured(Metric<?> metric, Source source) {}
