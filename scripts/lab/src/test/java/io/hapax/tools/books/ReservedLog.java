package io.hapax.tools.books;

import static io.hapax.schemas.ReservationStep.CAPTURE;
import static io.hapax.schemas.ReservationStep.RESERVE;
import static io.hapax.schemas.ReservationStep.VOID;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.VoidCommand;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A log of reservations that end in each way, of two debtors on two partitions, and of cancels. Times are in ms. */
final class ReservedLog {
    static final int PARTITIONS = 2;
    static final String CLIENT = "shop";

    /** A debtor on another partition than {@code alice}. */
    static final String CAROL = Stream.of("carol", "dave", "erin", "frank", "grace", "heidi")
            .filter(name -> partition(name) != partition("alice"))
            .findFirst()
            .orElseThrow();

    private static final int COMMANDS = 5;

    private static final Instant SOMETIME = Instant.parse("2100-01-01T00:00:00Z");

    /** The clocks of the two partitions at the end of the log. */
    static final String LAST_TIMES = lastTimes(7_000);

    /** The same once the log has gone on. */
    static final String LATER_TIMES = lastTimes(100_000);

    /** A record of a topic. */
    record Line(int partition, long timeMs, byte @Nullable [] key, SpecificRecord value) {}

    private static final long LATER_OFFSET = 100;

    private final List<Line> lines = new ArrayList<>();
    private long firstOffset;

    private ReservedLog() {}

    static List<Line> events() {
        return Stream.concat(steps().stream(), cancels().events().stream()).toList();
    }

    private static List<Line> steps() {
        ReservedLog log = new ReservedLog();
        log.ofAlice();
        log.ofCarol();
        return log.lines;
    }

    /** When all else has been, so that they change nothing of it. */
    private static CancelledLog cancels() {
        return new CancelledLog(SOMETIME.plusMillis(7_000));
    }

    /** A capture, a new reservation, and a payment that ends all of the debtor's by its time. */
    static List<Line> laterEvents() {
        ReservedLog log = new ReservedLog();
        log.firstOffset = LATER_OFFSET;
        log.add(8_000, capture("mc7", CAROL, "m4", 2).setMoreWillFollow(true));
        log.add(8_001, reserve("m6", CAROL, 5, 60_000));
        log.pay(100_000, "p3", 1);
        log.add(100_000, reserve("m7", CAROL, 5, 60_000));
        return log.lines;
    }

    private static String lastTimes(long lastMs) {
        return SOMETIME.plusMillis(1).toEpochMilli() + " "
                + SOMETIME.plusMillis(lastMs).toEpochMilli();
    }

    /** At one moment, and at last the time at which {@code h3} is over. */
    private void ofAlice() {
        add(0, reserve("h1", "alice", 70, 1_000));
        add(0, capture("c1", "alice", "h1", 50));
        add(0, capture("c2", "alice", "h1", 50));
        add(0, reserve("h2", "alice", 20, 1_000));
        add(0, step(VOID, "v2", "alice", "h2"));
        add(0, reserve("h3", "alice", 20, 1));
        add(0, reserve("h4", "alice", 30, 1_000));
        add(0, reserve("h5", "alice", 3_000, 1_000));
        add(0, step(VOID, "v6", "alice", "h6"));
        time(1, "alice", 1);
    }

    /** Captures of several parts, and holds that a later event, or only a time that was told, has ended. */
    private void ofCarol() {
        add(0, reserve("m1", CAROL, 100, 60_000).setMultiple(true));
        add(1, capture("mc1", CAROL, "m1", 30).setMoreWillFollow(true));
        add(1, capture("mc2", CAROL, "m1", 20).setMoreWillFollow(true));
        add(1, capture("mc2", CAROL, "m1", 20).setMoreWillFollow(true).setAttempt(2));
        add(2, reserve("m2", CAROL, 200, 50));
        pay(3, "p1", 900);
        pay(100, "p2", 1);
        add(101, capture("mc3", CAROL, "m2", 10));
        add(102, reserve("m3", CAROL, 300, 1_000));
        add(5_000, reserve("p2", CAROL, 1, 1_000).setAsked(ReservationEventKind.INQUIRE));
        time(5_000, CAROL, 2_000);
        add(5_001, capture("mc4", CAROL, "m1", 50));
        add(5_001, reserve("m4", CAROL, 10, 60_000).setMultiple(true));
        add(5_001, capture("mc5", CAROL, "m4", 4).setMoreWillFollow(true));
        add(5_002, reserve("m5", CAROL, 9_999, 1_000));
        add(5_002, capture("mc6", CAROL, "m5", 1));
        add(7_000, reserve("never", CAROL, 1, 1_000).setAsked(ReservationEventKind.INQUIRE));
    }

    /** Of the first steps, and of cancels, each at the offset that its event tells. */
    static List<Line> commands() {
        return Stream.concat(
                        steps().stream().limit(COMMANDS).map(line -> command(command((ReservationEvent) line.value()))),
                        cancels().commands().stream())
                .toList();
    }

    private static SpecificRecord command(ReservationEvent event) {
        return switch (event.getStep()) {
            case RESERVE ->
                ReservationCommand.newBuilder()
                        .setClientId(CLIENT)
                        .setIdempotencyKey(event.getIdempotencyKey())
                        .setDebtorAccount(event.getDebtorAccount())
                        .setCreditorAccount(event.getCreditorAccount())
                        .setHoldMinor(event.getStepAmountMinor())
                        .setCurrency(event.getCurrency())
                        .setHoldMs(event.getHoldMs())
                        .setMultiple(event.getMultiple())
                        .build();
            case CAPTURE ->
                CaptureCommand.newBuilder()
                        .setClientId(CLIENT)
                        .setIdempotencyKey(event.getIdempotencyKey())
                        .setReservationKey(event.getReservationKey())
                        .setDebtorAccount(event.getDebtorAccount())
                        .setAmountMinor(event.getStepAmountMinor())
                        .setCurrency(event.getCurrency())
                        .setMoreWillFollow(event.getMoreWillFollow())
                        .build();
            case VOID ->
                VoidCommand.newBuilder()
                        .setClientId(CLIENT)
                        .setIdempotencyKey(event.getIdempotencyKey())
                        .setReservationKey(event.getReservationKey())
                        .setDebtorAccount(event.getDebtorAccount())
                        .build();
        };
    }

    private static Line command(SpecificRecord value) {
        return new Line(0, SOMETIME.toEpochMilli(), null, value);
    }

    private static ReservationEvent.Builder reserve(String key, String debtor, long amountMinor, long holdMs) {
        return step(RESERVE, key, debtor, null)
                .setCreditorAccount("bob")
                .setStepAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setHoldMs(holdMs)
                .setMultiple(false);
    }

    private static ReservationEvent.Builder capture(String key, String debtor, String reservation, long amountMinor) {
        return step(CAPTURE, key, debtor, reservation)
                .setStepAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setMoreWillFollow(false);
    }

    private static ReservationEvent.Builder step(
            ReservationStep step, String key, String debtor, @Nullable String reservation) {
        return ReservationEvent.newBuilder()
                .setAsked(ReservationEventKind.POST)
                .setStep(step)
                .setPaymentId(new PaymentKey(CLIENT, key).paymentId())
                .setClientId(CLIENT)
                .setIdempotencyKey(key)
                .setReservationKey(reservation)
                .setDebtorAccount(debtor)
                .setAttempt(1)
                .setCommandPartition(0);
    }

    private void add(long atMs, ReservationEvent.Builder event) {
        long offset = firstOffset + (event.getAttempt() == 1 ? lines.size() : lines.size() - 1);
        lines.add(line(
                event.getDebtorAccount(),
                atMs,
                event.setAcceptedAt(SOMETIME.plusMillis(atMs))
                        .setCommandOffset(offset)
                        .build()));
    }

    private void pay(long atMs, String key, long amountMinor) {
        lines.add(line(
                CAROL,
                atMs,
                LedgerEvent.newBuilder()
                        .setKind(LedgerEventKind.POST)
                        .setPaymentId(new PaymentKey(CLIENT, key).paymentId())
                        .setClientId(CLIENT)
                        .setIdempotencyKey(key)
                        .setDebtorAccount(CAROL)
                        .setCreditorAccount("bob")
                        .setAmountMinor(amountMinor)
                        .setCurrency("EUR")
                        .setReference(null)
                        .setAttempt(1)
                        .setAcceptedAt(SOMETIME.plusMillis(atMs))
                        .setCommandPartition(0)
                        .setCommandOffset(firstOffset + lines.size())
                        .build()));
    }

    /** A time that is told of the partition of a debtor. */
    private void time(long atMs, String debtor, long toldMs) {
        Line line = line(debtor, Math.min(atMs, toldMs), new LedgerTime(SOMETIME.plusMillis(toldMs)));
        lines.add(new Line(line.partition(), line.timeMs(), null, line.value()));
    }

    private static Line line(String debtor, long atMs, SpecificRecord value) {
        return new Line(partition(debtor), SOMETIME.plusMillis(atMs).toEpochMilli(), debtor.getBytes(UTF_8), value);
    }

    private static int partition(String debtor) {
        return Partitions.of(debtor, PARTITIONS);
    }
}
