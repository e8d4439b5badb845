package io.hapax.lab.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.Guard;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Step;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The benchmark of the ledger stage on a durable PostgreSQL (fsync and synchronous_commit on). It compares our
 * ledger with the row-by-row loop and with plain inserts in sets. Each runs on random accounts, and with one
 * account that every payment credits.
 */
final class LedgerBench {
    private static final int ACCOUNTS = NumberedCommands.ACCOUNTS;

    /** The default of {@code batch.max.events}. */
    private static final int BATCH = 2_000;

    private static final List<Integer> BATCHES = List.of(1, 10, 50, 100, 500, 1_000, 2_000, 4_000);
    private static final List<Integer> FEW_BATCHES = List.of(1, 100, 1_000);
    static final String BATCH_SIZE = "ledger.batchSize";
    static final String ROW_BY_ROW = "rowByRow";

    /** Payments of which each is a reservation and a capture. */
    private static final String TWO_STEPS = "twoSteps";

    /** The same payments, each with a window for suspected duplicates. */
    private static final String GUARDED = "guarded";

    /** Between two guarded payments in the log: some thousands of them are within a window. */
    private static final Duration PACE = Duration.ofMillis(10);

    private static final Guard GUARD = new Guard(Duration.ofMinutes(1), null);

    private static final Step RESERVE = new Step.Reserve(Duration.ofDays(7), false);
    private static final String MERCHANT = "merchant";

    private final Bench bench;
    private final Random random;
    private final Map<String, Long> balances = new HashMap<>();
    private long number;

    LedgerBench(Bench bench) {
        this.bench = bench;
        this.random = new Random(bench.settings().seed());
    }

    void run(Path folder) throws SQLException {
        try (Sandbox sandbox = Sandbox.start(folder, Part.POSTGRES)) {
            BenchLedger book = BenchLedger.open(sandbox, MERCHANT);
            try (HikariDataSource database = book.settings().pool()) {
                for (boolean hot : new boolean[] {false, true}) {
                    measure(book, database, hot);
                }
                measureBatches(database);
            }
            book.refuseIfContradicted();
        }
    }

    private void measure(BenchLedger book, HikariDataSource database, boolean hot) throws SQLException {
        String workload = hot ? "ledger.hot" : "ledger";
        int slow = bench.settings().quick() ? 1_500 : 20_000;
        int fast = bench.settings().quick() ? 20_000 : 200_000;
        readBalances(book);
        LedgerVariant sets = LedgerVariant.sets(database, BATCH, balances);
        Bench.Rounds rounds = bench.rounds(workload, "events/s");
        rounds.variant(ROW_BY_ROW, () -> timed(LedgerVariant.rowByRow(database), events(slow, hot)));
        rounds.variant("hapax", () -> timed(LedgerVariant.hapax(database, BATCH), events(fast, hot)));
        rounds.variant("sets", () -> {
            readBalances(book);
            return timed(sets, events(fast, hot));
        });
        rounds.variant(
                TWO_STEPS, () -> timed(LedgerVariant.hapax(database, BATCH), inTwoSteps(events(fast / 2, hot))) / 2);
        rounds.variant(GUARDED, () -> timed(LedgerVariant.hapax(database, BATCH), guarded(events(fast, hot))));
        rounds.run(true);
        bench.ratio(workload + ".guardedVsPlain", rounds, GUARDED, "hapax");
        bench.ratio(workload + ".twoStepsVsOne", rounds, TWO_STEPS, "hapax");
        bench.ratio(workload + ".vsRowByRow", rounds, "hapax", ROW_BY_ROW);
        bench.ratio(workload + ".vsSetBased", rounds, "hapax", "sets");
    }

    private void measureBatches(HikariDataSource database) throws SQLException {
        Bench.Rounds rounds = bench.rounds(BATCH_SIZE, "events/s");
        List<Integer> sizes = bench.settings().quick() ? FEW_BATCHES : BATCHES;
        int most = bench.settings().quick() ? 10_000 : 100_000;
        rounds.variant(ROW_BY_ROW, () -> timed(LedgerVariant.rowByRow(database), events(Math.min(most, 5_000), false)));
        for (int size : sizes) {
            int count = Math.min(most, size * 2_000);
            rounds.variant(
                    String.valueOf(size), () -> timed(LedgerVariant.hapax(database, size), events(count, false)));
        }
        rounds.run(true);
        bench.line(String.format("%12s %12s %12s %14s", "batch", "events/s", "ms a batch", "x row by row"));
        for (int size : sizes) {
            double rate = rounds.median(String.valueOf(size));
            bench.line(String.format(
                    "%,12d %,12.0f %,12.1f %,14.1f", size, rate, size / rate * 1e3, rate / rounds.median(ROW_BY_ROW)));
        }
    }

    private static double timed(LedgerVariant variant, List<PostingRequest> events) throws SQLException {
        long start = System.nanoTime();
        variant.post(events);
        return events.size() / ((System.nanoTime() - start) / 1e9);
    }

    private List<PostingRequest> events(int count, boolean hot) {
        List<PostingRequest> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int debtor = random.nextInt(ACCOUNTS);
            String creditor =
                    hot ? MERCHANT : NumberedCommands.account((debtor + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS);
            PaymentKey key = new PaymentKey("bench", "payment-" + number);
            LogPosition position = new LogPosition(0, number);
            events.add(new PostingRequest(
                    PostingRequest.Kind.POST,
                    key.paymentId(),
                    key.clientId(),
                    key.idempotencyKey(),
                    new PaymentContent(
                            NumberedCommands.account(debtor), creditor, 1 + random.nextInt(100), "EUR", null),
                    1,
                    Instant.EPOCH,
                    position,
                    position));
            number++;
        }
        return events;
    }

    /** The same payments, guarded, in the course of time. No two are equal. */
    private static List<PostingRequest> guarded(List<PostingRequest> payments) {
        return payments.stream().map(LedgerBench::guarded).toList();
    }

    private static PostingRequest guarded(PostingRequest payment) {
        PaymentContent content = payment.content();
        Instant at = Instant.EPOCH.plus(PACE.multipliedBy(payment.event().offset()));
        return new PostingRequest(
                payment.kind(),
                payment.paymentId(),
                payment.clientId(),
                payment.idempotencyKey(),
                new PaymentContent(
                        content.debtorAccount(),
                        content.creditorAccount(),
                        content.amountMinor(),
                        content.currency(),
                        payment.idempotencyKey()),
                payment.attempt(),
                at,
                payment.command(),
                payment.event(),
                at,
                GUARD);
    }

    /** The same payments in two steps: all are reserved first. */
    private static List<PostingRequest> inTwoSteps(List<PostingRequest> payments) {
        List<PostingRequest> steps = new ArrayList<>(2 * payments.size());
        for (PostingRequest payment : payments) {
            steps.add(step(payment, payment.idempotencyKey(), payment.content().creditorAccount(), RESERVE));
        }
        for (PostingRequest payment : payments) {
            Step capture = new Step.Capture(payment.paymentId(), false);
            steps.add(step(payment, payment.idempotencyKey() + "/capture", "", capture));
        }
        return steps;
    }

    private static PostingRequest step(PostingRequest payment, String idempotencyKey, String creditor, Step step) {
        PaymentContent content = payment.content();
        PaymentKey key = new PaymentKey(payment.clientId(), idempotencyKey);
        return new PostingRequest(
                payment.kind(),
                key.paymentId(),
                key.clientId(),
                key.idempotencyKey(),
                new PaymentContent(
                        content.debtorAccount(), creditor, content.amountMinor(), content.currency(), null, step),
                payment.attempt(),
                payment.acceptedAt(),
                payment.command(),
                payment.event());
    }

    private void readBalances(BenchLedger book) throws SQLException {
        try (Connection connection = book.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, balance_minor FROM accounts")) {
            while (row.next()) {
                balances.put(row.getString(1), row.getLong(2));
            }
        }
    }
}
