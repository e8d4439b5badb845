package io.hapax.lab.demo;

import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * The traffic of clients: payments in order, and some of them again later. Some of those are unchanged, and some
 * have another amount under the same key.
 */
final class Traffic {
    private final Random random;

    Traffic(long seed) {
        this.random = new Random(seed);
    }

    private record Placed(double place, SpecificRecord command) {}

    /**
     * Spreads the repetitions.
     *
     * @param retries share of the payments that are sent again, at a random later place
     * @param conflicts share of the payments whose key is used again for another amount, likewise
     */
    List<Sending> of(List<? extends SpecificRecord> payments, double retries, double conflicts) {
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < payments.size(); i++) {
            SpecificRecord payment = payments.get(i);
            placed.add(new Placed(i, payment));
            if (random.nextDouble() < retries) {
                placed.add(new Placed(later(i, payments.size()), payment));
            }
            if (random.nextDouble() < conflicts) {
                placed.add(new Placed(later(i, payments.size()), withAnotherAmount(payment)));
            }
        }
        placed.sort(Comparator.comparingDouble(Placed::place));
        return placed.stream()
                .map(each -> (Sending) new Sending.Command(each.command()))
                .toList();
    }

    private double later(int place, int end) {
        return place + 0.5 + random.nextDouble() * (end - place);
    }

    private static SpecificRecord withAnotherAmount(SpecificRecord command) {
        return switch (command) {
            case PaymentCommand payment ->
                PaymentCommand.newBuilder(payment)
                        .setAmountMinor(payment.getAmountMinor() + 1)
                        .build();
            case ReservationCommand reservation ->
                ReservationCommand.newBuilder(reservation)
                        .setHoldMinor(reservation.getHoldMinor() + 1)
                        .build();
            default ->
                throw new IllegalArgumentException(
                        "no other amount is sent for " + command.getSchema().getName());
        };
    }
}
