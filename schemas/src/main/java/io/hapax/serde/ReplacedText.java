package io.hapax.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Texts of a record whose bytes may be no UTF-8. Avro puts U+FFFD in place of such bytes, so that two different
 * idempotency keys become one.
 *
 * <p>A look for U+FFFD costs next to nothing. Only a record that has one is read a second time, strictly: the
 * character may also have been written.
 */
final class ReplacedText {
    private static final char REPLACEMENT = '\uFFFD';

    private ReplacedText() {}

    /** True when the replacement character U+FFFD stands in a text of the value, at any depth. */
    static boolean mayBeIn(@Nullable Object value) {
        return switch (value) {
            case String text -> text.indexOf(REPLACEMENT) >= 0;
            case IndexedRecord fields -> mayBeInFields(fields);
            case Collection<?> all -> all.stream().anyMatch(ReplacedText::mayBeIn);
            case Map<?, ?> map -> mayBeIn(map.keySet()) || mayBeIn(map.values());
            case null, default -> false;
        };
    }

    private static boolean mayBeInFields(IndexedRecord fields) {
        int count = fields.getSchema().getFields().size();
        for (int i = 0; i < count; i++) {
            if (mayBeIn(fields.get(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * True when all texts that {@code ours} takes from these bytes are valid UTF-8. The bytes have been read once
     * before.
     */
    static boolean isWritten(byte[] bytes, int start, Schema writer, Schema ours) throws IOException {
        try {
            var unused = new StrictReader(writer, ours)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Avro's slow reader, whose texts can be looked at before they are decoded. */
    private static final class StrictReader extends GenericDatumReader<Object> {
        StrictReader(Schema writer, Schema ours) {
            super(writer, ours, new GenericData().setFastReaderEnabled(false));
        }

        @Override
        protected Object readString(@Nullable Object old, Schema expected, Decoder in) throws IOException {
            return strictly(in);
        }

        @Override
        protected Object readMapKey(@Nullable Object old, Schema expected, Decoder in) throws IOException {
            return strictly(in);
        }

        private static String strictly(Decoder in) throws IOException {
            Utf8 raw = in.readString(new Utf8());
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw.getBytes(), 0, raw.getByteLength()))
                    .toString();
        }
    }
}
