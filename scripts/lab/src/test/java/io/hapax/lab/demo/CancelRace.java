package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.sandbox.AppProcess;
import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.PaymentCommand;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;

/**
 * Payments and cancels that race under one key each, on two instances of the stream app, while processes are killed.
 * Of each key either the payment wins or the cancel, for ever. Both are asked again whenever something might have
 * changed that.
 */
final class CancelRace implements AutoCloseable {
    private static final String CLIENT = "racer";
    private static final Duration RETENTION = Duration.ofMinutes(5);
    private static final long AMOUNT = 1;
    private static final Duration BEFORE_A_KILL = Duration.ofMillis(150);

    private final LiveDemo demo;
    private final StepClients clients;
    private final String debtor;
    private final String creditor;
    private final AppProcess other;

    /** Of each key whether it was paid. */
    private final Map<String, Boolean> paid = new TreeMap<>();

    private Duration clockAhead = Duration.ofMinutes(1);

    /** Before the apps start. */
    CancelRace(LiveDemo demo, StepClients clients, String debtor, String creditor) throws IOException {
        this.demo = demo;
        this.clients = clients;
        this.debtor = debtor;
        this.creditor = creditor;
        this.other = demo.world().anotherStreamApp();
        LabRun policy = demo.hapax("policies", "set", "--client", CLIENT, "--retention", RETENTION.toMinutes() + "m");
        assertEquals(0, policy.exitCode(), policy.output());
    }

    /** The processes that may be killed. */
    List<AppProcess> processes() {
        return List.of(demo.world().streamApp(), other, demo.world().ledgerConsumer());
    }

    void startTheOtherInstance() {
        other.start();
    }

    /** A race under each of so many new keys, all at once, while these processes are killed and started again. */
    void race(int keys, List<AppProcess> killed) throws Exception {
        long before = balance();
        List<String> names = new ArrayList<>();
        List<SpecificRecord> commands = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            String key = "race-" + (paid.size() + i);
            names.add(key);
            // Each is the first one now and then.
            commands.addAll(i % 2 == 0 ? List.of(pay(key), cancel(key)) : List.of(cancel(key), pay(key)));
        }
        List<String> answers;
        try (ExecutorService killer = Executors.newSingleThreadExecutor()) {
            Future<?> kills = killer.submit(() -> {
                Thread.sleep(BEFORE_A_KILL);
                killed.forEach(AppProcess::kill);
                killed.forEach(AppProcess::start);
                return null;
            });
            answers = clients.atOnce(commands);
            kills.get();
        }
        for (int i = 0; i < keys; i++) {
            String payment = answers.get(2 * i + i % 2);
            String cancel = answers.get(2 * i + 1 - i % 2);
            paid.put(names.get(i), isPaid(names.get(i), payment, cancel));
        }
        long won = names.stream().filter(paid::get).count();
        assertEquals(before - won * AMOUNT, balance());
    }

    private static boolean isPaid(String key, String payment, String cancel) {
        String told = key + ": payment " + payment + ", cancel " + cancel;
        if (payment.equals("SETTLED COMPLETED")) {
            assertTrue(Set.of("IN_FLIGHT", "ANSWERED COMPLETED PAYMENT").contains(cancel), told);
            return true;
        }
        assertTrue(Set.of("IN_FLIGHT", "REPLAYED FAILED CANCELLED").contains(payment), told);
        assertEquals("ANSWERED CANCELLED", cancel, told);
        return false;
    }

    /** Keys that were paid, of all. */
    String counted() {
        return paid.values().stream().filter(Boolean::booleanValue).count() + " of " + paid.size();
    }

    /** Both have won somewhere: else nothing has raced. */
    void demandBothWins() {
        assertEquals(Set.of(true, false), Set.copyOf(paid.values()), counted());
    }

    /**
     * Payments and cancels of all keys once more: who won has won, and nothing moves.
     *
     * @return payments that were sent to the ledger once more, since they were forgotten here
     */
    long askAgain() throws Exception {
        long before = balance();
        List<String> keys = List.copyOf(paid.keySet());
        List<String> payments = clients.atOnce(keys.stream().map(this::pay).toList());
        List<String> cancels =
                clients.atOnce(keys.stream().map(CancelRace::cancel).toList());
        for (int i = 0; i < keys.size(); i++) {
            boolean isPaid = paid.get(keys.get(i));
            assertEquals(
                    isPaid ? "COMPLETED" : "FAILED CANCELLED",
                    payments.get(i).replaceFirst("^(SETTLED|REPLAYED) ", ""),
                    keys.get(i));
            assertEquals(isPaid ? "ANSWERED COMPLETED PAYMENT" : "ANSWERED CANCELLED", cancels.get(i), keys.get(i));
        }
        assertEquals(before, balance());
        return payments.stream().filter(answer -> answer.startsWith("SETTLED")).count();
    }

    /** By the broker's clock all of it is longer ago than the retention, and the ledger is asked. */
    void askAgainAfterTheRetention() throws Exception {
        clockAhead = clockAhead.plus(RETENTION.multipliedBy(2));
        demo.world().sandbox().setClockAhead(1, clockAhead);
        Instant due = Instant.now().plus(clockAhead).minus(RETENTION);
        int probes = 0;
        while (clients.send(cancel("clock-" + probes)).at().isBefore(due)) {
            probes++;
            assertTrue(Instant.now().isBefore(due), "the clock does not go on");
        }
        long forgotten = askAgain();
        assertTrue(forgotten > paid.size() / 2, forgotten + " of " + paid.size() + " were forgotten");
    }

    private PaymentCommand pay(String key) {
        return new PaymentCommand(CLIENT, key, debtor, creditor, AMOUNT, "EUR", null, null, null, null);
    }

    private static CancelCommand cancel(String key) {
        return new CancelCommand(CancelRequest.CANCEL, CLIENT, key);
    }

    private long balance() throws Exception {
        return Long.parseLong(demo.query("SELECT balance_minor FROM accounts WHERE id = '" + debtor + "'")
                .getFirst());
    }

    @Override
    public void close() {
        other.kill();
    }
}
