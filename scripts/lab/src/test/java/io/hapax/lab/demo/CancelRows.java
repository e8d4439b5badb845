package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.lab.LabRun;
import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.DynamicTest;

/**
 * The cases of what stands under a key when its cancel comes, and of what comes after it, on real parts: one row for
 * each, with its answer. After each row the debtor must have lost just what was paid.
 */
final class CancelRows {
    private static final String CLIENT = "fencer";
    private static final String OTHER = "other-fencer";
    private static final long AMOUNT = 10_00;

    /** All keys lie there, and so do the events of their cancels. */
    private static final int PARTITION = 3;

    private static final Duration RETENTION = Duration.ofMinutes(5);
    private static final String CANCELLED = "ANSWERED CANCELLED";
    private static final String FAILED = "FAILED CANCELLED";
    private static final String PAID = "ANSWERED COMPLETED PAYMENT";

    private final LiveDemo demo;
    private final StepClients clients;
    private final String debtor;
    private final String creditor;
    private final List<StepClients.Taken> sentBefore = new ArrayList<>();

    private interface Ask {
        String answer() throws Exception;
    }

    private record Row(String name, Ask ask, String answer, long lost) {}

    /**
     * Before the apps start, and while commands are stamped by who sends them: a policy that forgets soon, and what is
     * to be forgotten.
     */
    CancelRows(LiveDemo demo, StepClients clients, String debtor, String creditor) throws Exception {
        this.demo = demo;
        this.clients = clients;
        this.debtor = debtor;
        this.creditor = creditor;
        LabRun policy = demo.hapax("policies", "set", "--client", CLIENT, "--retention", RETENTION.toMinutes() + "m");
        assertEquals(0, policy.exitCode(), policy.output());
        Instant then = Instant.now().minus(Duration.ofHours(2));
        // With this one the task takes up the policy, which counts from then on.
        sentBefore.add(clients.send(pay("first"), then));
        for (SpecificRecord command : List.of(pay("old-paid"), cancel("old-cancelled"), cancel("old-rebuilt"))) {
            sentBefore.add(clients.send(command, then.plusSeconds(1)));
        }
    }

    /** Before anything newer comes: by the clock of their task these are forgotten then. */
    void awaitWhatWasSentBefore() {
        assertEquals(
                List.of("SETTLED COMPLETED", "SETTLED COMPLETED", CANCELLED, CANCELLED),
                sentBefore.stream().map(clients::told).toList());
    }

    Stream<DynamicTest> rows() {
        return Stream.of(
                        row("never seen", () -> answer(cancel("c-1")), CANCELLED),
                        row("cancelled before", () -> answer(cancel("c-1")), CANCELLED),
                        row("a payment after it", () -> answer(pay("c-1")), "REPLAYED " + FAILED),
                        row("a hold after it", () -> answer(hold("c-1")), "REPLAYED " + FAILED),
                        row(
                                "a capture that names it",
                                () -> answer(capture("of-c-1", "c-1")),
                                "SETTLED FAILED RESERVATION_NOT_FOUND"),
                        row("a payment", () -> answer(pay("c-2")), "SETTLED COMPLETED", AMOUNT),
                        row("paid", () -> answer(cancel("c-2")), PAID),
                        row("the payment again", () -> answer(pay("c-2")), "REPLAYED COMPLETED"),
                        row(
                                "too large a payment",
                                () -> answer(pay(CLIENT, key("c-3"), 1_000_000_00)),
                                "SETTLED FAILED INSUFFICIENT_FUNDS"),
                        row("failed", () -> answer(cancel("c-3")), "ANSWERED FAILED INSUFFICIENT_FUNDS"),
                        row("pending", this::cancelOfAPending, "IN_FLIGHT, SETTLED COMPLETED, " + PAID, AMOUNT),
                        row(
                                "a payment while the cancel is pending",
                                this::payWhileItIsCancelled,
                                "IN_FLIGHT, " + CANCELLED + ", REPLAYED " + FAILED),
                        row("by another client", () -> answer(cancel(OTHER, shared())), CANCELLED),
                        row("its own payment", () -> answer(pay(OTHER, shared(), AMOUNT)), "REPLAYED " + FAILED),
                        row(
                                "the client's payment",
                                () -> answer(pay(CLIENT, shared(), AMOUNT)),
                                "SETTLED COMPLETED",
                                AMOUNT),
                        row("a hold", () -> answer(hold("c-5")), "SETTLED COMPLETED"),
                        row("reserved", () -> answer(cancel("c-5")), "ANSWERED COMPLETED RESERVE"),
                        row("a capture", () -> answer(capture("c-6", "c-5")), "SETTLED COMPLETED", AMOUNT),
                        row("captured", () -> answer(cancel("c-6")), "ANSWERED COMPLETED CAPTURE"),
                        row("reserved, and captured", () -> answer(cancel("c-5")), "ANSWERED COMPLETED RESERVE"),
                        row("another hold", () -> answer(hold("c-7")), "SETTLED COMPLETED"),
                        row("a voiding", () -> answer(voiding("c-8", "c-7")), "SETTLED COMPLETED"),
                        row("voided", () -> answer(cancel("c-8")), "ANSWERED COMPLETED VOID"),
                        row("no key", () -> answer(cancel(CLIENT, "")), "INVALID"),
                        row("forgotten here, and paid", () -> answer(cancel("old-paid")), PAID),
                        row("that payment again", () -> answer(pay("old-paid")), "SETTLED COMPLETED"),
                        row(
                                "a payment after a cancel that is forgotten",
                                () -> answer(pay("old-cancelled")),
                                "SETTLED " + FAILED),
                        row("forgotten here, and cancelled", () -> answer(cancel("old-cancelled")), CANCELLED))
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
    }

    /** By a ledger that was rebuilt: the key was cancelled long ago, and is forgotten here. */
    void checkRebuilt() throws Exception {
        check(row("a payment after a rebuild", () -> answer(pay("old-rebuilt")), "SETTLED " + FAILED));
        check(row("a cancel after a rebuild", () -> answer(cancel("old-paid")), PAID));
    }

    private static Row row(String name, Ask ask, String answer) {
        return row(name, ask, answer, 0);
    }

    private static Row row(String name, Ask ask, String answer, long lost) {
        return new Row(name, ask, answer, lost);
    }

    private void check(Row row) throws Exception {
        long before = balance();
        assertEquals(row.answer(), row.ask().answer());
        assertEquals(before - row.lost(), balance());
    }

    private String cancelOfAPending() throws Exception {
        demo.world().ledgerConsumer().pause();
        StepClients.Taken payment;
        String meanwhile;
        try {
            payment = clients.send(pay("c-9"));
            meanwhile = answer(cancel("c-9"));
        } finally {
            demo.world().ledgerConsumer().resume();
        }
        return String.join(", ", meanwhile, clients.told(payment), answer(cancel("c-9")));
    }

    private String payWhileItIsCancelled() throws Exception {
        demo.world().ledgerConsumer().pause();
        StepClients.Taken cancel;
        String meanwhile;
        try {
            cancel = clients.send(cancel("c-10"));
            meanwhile = answer(pay("c-10"));
        } finally {
            demo.world().ledgerConsumer().resume();
        }
        return String.join(", ", meanwhile, clients.told(cancel), answer(pay("c-10")));
    }

    private String answer(SpecificRecord command) throws Exception {
        return clients.answer(command);
    }

    private static CancelCommand cancel(String name) {
        return cancel(CLIENT, key(name));
    }

    private static CancelCommand cancel(String client, String key) {
        return new CancelCommand(CancelRequest.CANCEL, client, key);
    }

    private PaymentCommand pay(String name) {
        return pay(CLIENT, key(name), AMOUNT);
    }

    private PaymentCommand pay(String client, String key, long amountMinor) {
        return new PaymentCommand(client, key, debtor, creditor, amountMinor, "EUR", null, null, null, null);
    }

    private ReservationCommand hold(String name) {
        return new ReservationCommand(
                CLIENT,
                key(name),
                debtor,
                creditor,
                AMOUNT,
                "EUR",
                null,
                null,
                Duration.ofDays(1).toMillis(),
                false);
    }

    private CaptureCommand capture(String name, String reservation) {
        return new CaptureCommand(CLIENT, key(name), key(reservation), debtor, AMOUNT, "EUR", false, null, null);
    }

    private VoidCommand voiding(String name, String reservation) {
        return new VoidCommand(CLIENT, key(name), key(reservation), debtor, null);
    }

    private static String key(String name) {
        return StepClients.keyOn(PARTITION, CLIENT, name);
    }

    /** A key that lies there for both clients. */
    private static String shared() {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "shared-" + number)
                .filter(key -> Stream.of(CLIENT, OTHER)
                        .allMatch(client ->
                                Partitions.of(new PaymentKey(client, key), StepClients.PARTITIONS) == PARTITION))
                .findFirst()
                .orElseThrow();
    }

    private long balance() throws Exception {
        return Long.parseLong(demo.query("SELECT balance_minor FROM accounts WHERE id = '" + debtor + "'")
                .getFirst());
    }
}
