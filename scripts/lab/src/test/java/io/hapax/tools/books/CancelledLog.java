package io.hapax.tools.books;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationStep;
import io.hapax.tools.books.ReservedLog.Line;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The cancels of {@link ReservedLog}, at one moment on one partition: before, after and between what they cancel. */
final class CancelledLog {
    private static final String CLIENT = ReservedLog.CLIENT;
    private static final String DEBTOR = ReservedLog.CAROL;
    private static final int PARTITION = Partitions.of(DEBTOR, ReservedLog.PARTITIONS);

    /** The partition of {@code payment-commands} that holds the cancels, and nothing else. */
    private static final int OF_CANCELS = 1;

    /** Far from all offsets of other commands, none of which are there. */
    private static final long FIRST_OFFSET = 1_000;

    private final Instant at;
    private final List<Line> events = new ArrayList<>();
    private final List<Line> commands = new ArrayList<>();

    CancelledLog(Instant at) {
        this.at = at;
        cancel("before");
        pay("before", 1);
        pay("after", 1);
        cancel("after");
        pay("between", 1);
        cancel("between");
        pay("between", 1);
        cancel("twice");
        events.add(events.getLast());
        cancel("twice");
        pay("poor", 1_000_000);
        cancel("poor");
        cancel("none");
        step("none", ReservationStep.RESERVE, null);
        step("of-none", ReservationStep.CAPTURE, "none");
        step("held", ReservationStep.RESERVE, null);
        cancel("held");
        step("of-held", ReservationStep.CAPTURE, "held");
        // What was accepted first is read second: only a task that lost its store does that.
        cancel("overtook", at);
        pay("overtook", 1, at.minusMillis(1));
        pay("overtaken", 1, at);
        cancel("overtaken", at.minusMillis(1));
    }

    List<Line> events() {
        return events;
    }

    /** The cancels, each at the offset that its event tells. */
    List<Line> commands() {
        return commands;
    }

    /** The key of that name, whose cancel lies where all the rest lies. */
    static String key(String name) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> name + "-" + number)
                .filter(key ->
                        Partitions.of(new PaymentKey(CLIENT, key).topicKey(), ReservedLog.PARTITIONS) == PARTITION)
                .findFirst()
                .orElseThrow();
    }

    private void cancel(String name) {
        cancel(name, at);
    }

    private void cancel(String name, Instant acceptedAt) {
        PaymentKey key = new PaymentKey(CLIENT, key(name));
        add(
                key.topicKey(),
                new CancelEvent(
                        CancelRequest.CANCEL,
                        key.paymentId(),
                        key.clientId(),
                        key.idempotencyKey(),
                        acceptedAt,
                        OF_CANCELS,
                        (long) commands.size()));
        commands.add(new Line(
                OF_CANCELS,
                at.toEpochMilli(),
                null,
                new CancelCommand(CancelRequest.CANCEL, key.clientId(), key.idempotencyKey())));
    }

    private void pay(String name, long amountMinor) {
        pay(name, amountMinor, at);
    }

    private void pay(String name, long amountMinor, Instant acceptedAt) {
        PaymentKey key = new PaymentKey(CLIENT, key(name));
        add(
                DEBTOR,
                LedgerEvent.newBuilder()
                        .setKind(LedgerEventKind.POST)
                        .setPaymentId(key.paymentId())
                        .setClientId(key.clientId())
                        .setIdempotencyKey(key.idempotencyKey())
                        .setDebtorAccount(DEBTOR)
                        .setCreditorAccount("bob")
                        .setAmountMinor(amountMinor)
                        .setCurrency("EUR")
                        .setReference(null)
                        .setAttempt(1)
                        .setAcceptedAt(acceptedAt)
                        .setCommandPartition(0)
                        .setCommandOffset(FIRST_OFFSET + events.size())
                        .build());
    }

    private void step(String name, ReservationStep step, @Nullable String reservation) {
        PaymentKey key = new PaymentKey(CLIENT, key(name));
        boolean isHold = step == ReservationStep.RESERVE;
        add(
                DEBTOR,
                ReservationEvent.newBuilder()
                        .setAsked(ReservationEventKind.POST)
                        .setStep(step)
                        .setPaymentId(key.paymentId())
                        .setClientId(key.clientId())
                        .setIdempotencyKey(key.idempotencyKey())
                        .setReservationKey(reservation == null ? null : key(reservation))
                        .setDebtorAccount(DEBTOR)
                        .setCreditorAccount(isHold ? "bob" : null)
                        .setStepAmountMinor(1L)
                        .setCurrency("EUR")
                        .setHoldMs(isHold ? Duration.ofHours(1).toMillis() : null)
                        .setMultiple(isHold ? false : null)
                        .setMoreWillFollow(isHold ? null : false)
                        .setAttempt(1)
                        .setAcceptedAt(at)
                        .setCommandPartition(0)
                        .setCommandOffset(FIRST_OFFSET + events.size())
                        .build());
    }

    private void add(String recordKey, SpecificRecord event) {
        events.add(new Line(PARTITION, at.toEpochMilli(), recordKey.getBytes(UTF_8), event));
    }
}
