package io.hapax.serde;

import java.util.IdentityHashMap;
import org.apache.avro.Schema;

/**
 * A measure of how much memory and time a writer's schema can demand for few bytes.
 *
 * <p>A short text can stand for a giant: each record holds the one before it ten times. And an array of items that
 * take no bytes may claim billions of them in five bytes, which a reader counts through. With neither, the work of
 * reading a value is bounded by its bytes.
 */
final class SchemaSize {
    /** Types in a schema that is written out, each name replaced by what it stands for. Ours have about twenty. */
    private static final long MOST_TYPES = 5_000;

    private final IdentityHashMap<Schema, Long> types = new IdentityHashMap<>();
    private final IdentityHashMap<Schema, Boolean> empty = new IdentityHashMap<>();

    private SchemaSize() {}

    /** True when reading with this schema may take more than the bytes read are worth. */
    static boolean isBeyondBounds(Schema schema) {
        SchemaSize size = new SchemaSize();
        return size.types(schema) > MOST_TYPES || size.hasEmptyItems();
    }

    /** One for a type that stands within itself: its bytes say how often it does. */
    private long types(Schema schema) {
        Long known = types.putIfAbsent(schema, 1L);
        if (known != null) {
            return known;
        }
        long sum = 1;
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    sum += types(field.schema());
                }
            }
            case UNION -> {
                for (Schema branch : schema.getTypes()) {
                    sum += types(branch);
                }
            }
            case ARRAY -> sum += types(schema.getElementType());
            case MAP -> sum += types(schema.getValueType());
            default -> {
                // Stands for itself.
            }
        }
        // More than the bound is all the same, and must not grow beyond a long.
        sum = Math.min(sum, MOST_TYPES + 1);
        types.put(schema, sum);
        return sum;
    }

    private boolean hasEmptyItems() {
        return types.keySet().stream()
                .anyMatch(schema -> schema.getType() == Schema.Type.ARRAY && isEmpty(schema.getElementType()));
    }

    /** True when a value of this schema can take no bytes at all. */
    private boolean isEmpty(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> true;
            case FIXED -> schema.getFixedSize() == 0;
            case RECORD -> isEmptyRecord(schema);
            default -> false;
        };
    }

    private boolean isEmptyRecord(Schema schema) {
        Boolean known = empty.putIfAbsent(schema, true);
        if (known != null) {
            return known;
        }
        boolean isEmpty = schema.getFields().stream().allMatch(field -> isEmpty(field.schema()));
        empty.put(schema, isEmpty);
        return isEmpty;
    }
}
