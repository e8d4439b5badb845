package io.hapax.serde;

import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** The answer to the question whether one schema can read values that another one wrote. */
sealed interface SchemaMatch {
    record Match() implements SchemaMatch {}

    /** @param why Avro's own words, which speak of schemas only */
    record Mismatch(String why) implements SchemaMatch {}

    static SchemaMatch of(Schema writer, Schema reader) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult();
        return result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE
                ? new Match()
                : new Mismatch(
                        result.getIncompatibilities().getFirst().getType().name());
    }
}
