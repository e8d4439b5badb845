package io.hapax.stream.decision;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a reservation, capture or voiding, by their names. Stored records hold all of them, so they are
 * compared by their values.
 */
final class StepFields {
    private final Map<PayloadField, Object> values = new EnumMap<>(PayloadField.class);

    private StepFields() {}

    /** @param payload no payment: of some payments only digests are kept */
    static StepFields of(Payload.OfDebtor payload) {
        StepFields fields = new StepFields();
        fields.put(PayloadField.STEP, payload.asked().kind());
        fields.put(PayloadField.DEBTOR_ACCOUNT, payload.debtorAccount());
        switch (payload) {
            case Reservation reservation -> {
                fields.put(PayloadField.CREDITOR_ACCOUNT, reservation.creditorAccount());
                fields.put(PayloadField.AMOUNT_MINOR, reservation.amountMinor());
                fields.put(PayloadField.CURRENCY, reservation.currency());
                fields.putReference(reservation.reference());
                fields.put(PayloadField.HOLD_MS, reservation.hold().toMillis());
                fields.put(PayloadField.MULTIPLE, reservation.multiple());
            }
            case Capture capture -> {
                fields.put(PayloadField.RESERVATION_KEY, capture.reservationKey());
                fields.put(PayloadField.AMOUNT_MINOR, capture.amountMinor());
                fields.put(PayloadField.CURRENCY, capture.currency());
                fields.putReference(capture.reference());
                fields.put(PayloadField.MORE_WILL_FOLLOW, capture.moreWillFollow());
            }
            case Voiding voiding -> fields.put(PayloadField.RESERVATION_KEY, voiding.reservationKey());
            case Payment payment -> throw new IllegalArgumentException("a payment has fields of its own");
        }
        return fields;
    }

    private void put(PayloadField field, Object value) {
        values.put(field, value);
    }

    /** Absent and empty are different payloads. */
    private void putReference(@Nullable String reference) {
        if (reference != null) {
            put(PayloadField.REFERENCE, reference);
        }
    }

    /** The fields in which the other one of the same kind differs. */
    List<PayloadField> differences(StepFields other) {
        List<PayloadField> differing = new ArrayList<>();
        for (PayloadField field : PayloadField.values()) {
            if (!Objects.equals(values.get(field), other.values.get(field))) {
                differing.add(field);
            }
        }
        return List.copyOf(differing);
    }

    /** Bytes that no other fields have. Those of payments begin otherwise. */
    byte[] bytes() {
        StringBuilder all = new StringBuilder();
        values.forEach((field, value) -> {
            String text = String.valueOf(value);
            // The length keeps "ab" + "c" apart from "a" + "bc".
            all.append(field.wireName()).append(text.length()).append(':').append(text);
        });
        return all.toString().getBytes(UTF_8);
    }
}
