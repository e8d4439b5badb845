package io.hapax.lab.demo;

import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * Payments of which some are made in two steps. A client reserves first. Later it captures all or a part, or voids, or
 * forgets the reservation.
 */
final class TwoSteps {
    /** The shortest that there is: in a long run it is over before the end. */
    private static final Duration FORGOTTEN_HOLD = Duration.ofMinutes(1);

    private static final Duration USUAL_HOLD = Duration.ofDays(7);
    private static final double VOIDED = 0.25;
    private static final double FORGOTTEN = 0.05;

    /** The key of a capture is longer than that of its reservation. */
    private static final int LONGEST_KEY = 240;

    private final List<SpecificRecord> first = new ArrayList<>();
    private final List<SpecificRecord> second = new ArrayList<>();
    private final Map<PaymentKey, Plan> plans = new LinkedHashMap<>();
    private final Random random;
    private final Instant now;

    /** The fate that a client means for its reservation. */
    enum Fate {
        CAPTURED,
        VOIDED,
        /** Nothing follows. */
        FORGOTTEN
    }

    /**
     * A client's memory of one reservation.
     *
     * @param capturedMinor what it captures; 0 unless it does
     */
    record Plan(Fate fate, long capturedMinor) {}

    private TwoSteps(long seed, Instant now) {
        this.random = new Random(seed);
        this.now = now;
    }

    /**
     * Divides payments.
     *
     * @param share of the payments that are made in two steps
     * @param now when the second steps are first sent
     */
    static TwoSteps of(List<PaymentCommand> payments, double share, long seed, Instant now) {
        TwoSteps steps = new TwoSteps(seed, now);
        payments.forEach(payment -> steps.add(payment, share));
        return steps;
    }

    /** Payments, and reservations in place of some. */
    List<SpecificRecord> first() {
        return first;
    }

    /** Captures and voidings, to be sent when the reservations are answered. */
    List<SpecificRecord> second() {
        return second;
    }

    /** The reservations that clients remember. */
    Map<PaymentKey, Plan> plans() {
        return plans;
    }

    private void add(PaymentCommand payment, double share) {
        PaymentKey key = new PaymentKey(payment.getClientId(), payment.getIdempotencyKey());
        if (random.nextDouble() >= share
                || payment.getIdempotencyKey().length() > LONGEST_KEY
                || plans.containsKey(key)) {
            first.add(payment);
            return;
        }
        Plan plan = plan(payment.getAmountMinor());
        plans.put(key, plan);
        first.add(reservation(payment, plan.fate() == Fate.FORGOTTEN ? FORGOTTEN_HOLD : USUAL_HOLD));
        switch (plan.fate()) {
            case CAPTURED -> second.add(capture(payment, plan.capturedMinor()));
            case VOIDED -> second.add(voiding(payment));
            case FORGOTTEN -> {}
        }
    }

    private Plan plan(long amountMinor) {
        double chance = random.nextDouble();
        if (chance < FORGOTTEN) {
            return new Plan(Fate.FORGOTTEN, 0);
        }
        if (chance < FORGOTTEN + VOIDED) {
            return new Plan(Fate.VOIDED, 0);
        }
        boolean isPart = amountMinor > 1 && random.nextBoolean();
        return new Plan(Fate.CAPTURED, isPart ? 1 + random.nextLong(amountMinor) : amountMinor);
    }

    private static ReservationCommand reservation(PaymentCommand payment, Duration hold) {
        return new ReservationCommand(
                payment.getClientId(),
                payment.getIdempotencyKey(),
                payment.getDebtorAccount(),
                payment.getCreditorAccount(),
                payment.getAmountMinor(),
                payment.getCurrency(),
                payment.getReference(),
                payment.getSentAt(),
                hold.toMillis(),
                false);
    }

    private CaptureCommand capture(PaymentCommand payment, long amountMinor) {
        return new CaptureCommand(
                payment.getClientId(),
                payment.getIdempotencyKey() + "/capture",
                payment.getIdempotencyKey(),
                payment.getDebtorAccount(),
                amountMinor,
                payment.getCurrency(),
                false,
                null,
                now);
    }

    private VoidCommand voiding(PaymentCommand payment) {
        return new VoidCommand(
                payment.getClientId(),
                payment.getIdempotencyKey() + "/void",
                payment.getIdempotencyKey(),
                payment.getDebtorAccount(),
                now);
    }
}
