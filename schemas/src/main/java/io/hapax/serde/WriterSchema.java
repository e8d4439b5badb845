package io.hapax.serde;

import io.hapax.serde.SchemaRegistry.Reference;
import io.hapax.serde.SchemaRegistry.Registered;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The writer's schema under a schema id, as the registry holds it: known, unusable for our values, or unknown. */
sealed interface WriterSchema {
    /** An Avro schema, with all that it refers to. */
    record Known(Schema schema) implements WriterSchema {}

    /** A schema that never was the schema of a value of ours. What is registered under an id never changes. */
    record Unusable(String why) implements WriterSchema {}

    /** Nothing: neither it nor, where it refers to others, those. May be registered later. */
    record Unknown(String why) implements WriterSchema {}

    /** Asks the registry. */
    static WriterSchema of(int id, SchemaRegistry registry) {
        return switch (registry.byId(id)) {
            case Registered.Nothing nothing -> new Unknown("the registry knows no schema " + id);
            case Registered.TooLarge tooLarge -> new Unusable("schema " + id + " is too large");
            case Registered.Text text
            when !text.type().equals("AVRO") -> new Unusable("schema " + id + " is of type " + text.type());
            case Registered.Text text -> new References(id, registry).parse(text);
        };
    }

    /** A collector of the schemas that one schema refers to, each behind those that it refers to itself. */
    final class References {
        /** Far beyond what anybody composes a payment of; who wants more wants the registry asked for ever. */
        private static final int MOST = 64;

        private final int id;
        private final SchemaRegistry registry;
        private final Set<Reference> underWay = new LinkedHashSet<>();
        private final Set<Reference> done = new LinkedHashSet<>();
        private final List<String> texts = new ArrayList<>();
        private long characters;

        private References(int id, SchemaRegistry registry) {
            this.id = id;
            this.registry = registry;
        }

        private WriterSchema parse(Registered.Text main) {
            WriterSchema obstacle = collect(main);
            if (obstacle != null) {
                return obstacle;
            }
            try {
                Schema.Parser parser = new Schema.Parser();
                Schema parsed = null;
                for (String text : texts) {
                    parsed = parser.parse(text);
                }
                return parsed == null || SchemaSize.isBeyondBounds(parsed)
                        ? new Unusable("schema " + id + " stands for more than is read")
                        : new Known(parsed);
            } catch (RuntimeException | StackOverflowError e) {
                // Whatever Avro throws here, it throws about the text: there are many ways not to be a schema.
                return new Unusable(
                        "schema " + id + " is no Avro schema: " + e.getClass().getSimpleName());
            }
        }

        private @Nullable WriterSchema collect(Registered.Text text) {
            for (Reference reference : text.references()) {
                WriterSchema obstacle = collect(reference);
                if (obstacle != null) {
                    return obstacle;
                }
            }
            characters += text.text().length();
            texts.add(text.text());
            return characters > SchemaRegistry.MAX_ANSWER_BYTES
                    ? new Unusable("schema " + id + " and what it refers to are too large")
                    : null;
        }

        private @Nullable WriterSchema collect(Reference reference) {
            if (done.contains(reference)) {
                return null;
            }
            if (!underWay.add(reference) || underWay.size() + done.size() > MOST) {
                return new Unusable("schema " + id + " refers to itself, or to too many others");
            }
            WriterSchema obstacle = switch (registry.byReference(reference)) {
                case Registered.Nothing nothing ->
                    new Unknown("schema " + id + " refers to one that the registry does not know");
                case Registered.TooLarge tooLarge -> new Unusable("schema " + id + " refers to one that is too large");
                case Registered.Text text -> collect(text);
            };
            underWay.remove(reference);
            done.add(reference);
            return obstacle;
        }
    }
}
