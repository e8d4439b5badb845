package io.hapax.serde;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;

/**
 * The schema as it is written in the repository, with its documentation: what is registered.
 *
 * <p>Generated classes carry the same schema with Java hints, which mean nothing to readers in other languages.
 */
final class DocumentedSchema {
    private DocumentedSchema() {}

    /** The documented form of a schema of ours; a foreign schema is its own. */
    static Schema of(Schema generated) {
        String resource = "/" + generated.getFullName().replace('.', '/') + ".avsc";
        try (InputStream source = DocumentedSchema.class.getResourceAsStream(resource)) {
            return source == null ? generated : new Schema.Parser().parse(source);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
