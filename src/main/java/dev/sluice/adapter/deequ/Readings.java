package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.DataType;
import com.amazon.deequ.analyzers.DataTypeInstances$;
import com.amazon.deequ.constraints.AnalysisBasedConstraint;
import com.amazon.deequ.constraints.Constraint;
import com.amazon.deequ.metrics.Distribution;
import com.amazon.deequ.metrics.DistributionValue;
import dev.sluice.config.Check.ReadsAs.Reading;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import scala.Enumeration;
import scala.Function1;
import scala.Option;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * The share of values that read as a type: that of Deequ's {@code hasDataType}, of the types that its analyzer has counted. Of rows without any
 * value, of which Deequ says that none reads so, there is no share.
 */
final class Readings {
    private static final DataTypeInstances$ TYPES = DataTypeInstances$.MODULE$;

    private Readings() {}

    /** The analyzer's metric is one of a distribution, which Scala knows and Java does not. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static Constraint constraint(String column, Reading reading, Function1<Object, Object> asks) {
        return new AnalysisBasedConstraint(
                new DataType(column, Option.empty()), asks, Option.apply(new Share(types(reading))), Option.empty());
    }

    private static List<String> types(Reading reading) {
        List<Enumeration.Value> types =
                switch (reading) {
                    case INTEGER -> List.of(TYPES.Integral());
                    case FRACTION -> List.of(TYPES.Fractional());
                    case NUMBER -> List.of(TYPES.Integral(), TYPES.Fractional());
                    case BOOLEAN -> List.of(TYPES.Boolean());
                    case TEXT -> List.of(TYPES.String());
                };
        return types.stream().map(Object::toString).toList();
    }

    private static final class Share extends AbstractFunction1<Distribution, Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        private final List<String> types;

        Share(List<String> types) {
            this.types = types;
        }

        @Override
        public Object apply(Distribution distribution) {
            Map<String, DistributionValue> counted = JavaConverters.mapAsJavaMap(distribution.values());
            long known = 0;
            long reads = 0;
            for (Map.Entry<String, DistributionValue> entry : counted.entrySet()) {
                long values = entry.getValue().absolute();
                known += entry.getKey().equals(TYPES.Unknown().toString()) ? 0 : values;
                reads += types.contains(entry.getKey()) ? values : 0;
            }
            if (known == 0) {
                throw new NoSuchElementException("no value");
            }
            return (double) reads / known;
        }
    }
}
