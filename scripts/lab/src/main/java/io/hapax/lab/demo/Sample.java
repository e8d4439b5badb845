package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.PaymentCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Sample payments for a demo without a file. A few are written by hand and get every kind of answer. Any number of
 * others come from a seed.
 */
final class Sample {
    /** Opened and closed again before the demo starts. */
    static final String CLOSED_ACCOUNT = "carol-closed";

    private static final int ACCOUNTS = 200;
    private static final long HIGHEST_AMOUNT_MINOR = 30_000_00;

    /** The client that sends the payments written by hand. It has an API key. */
    static final String CLIENT = "acme-shop";

    private final Instant now;

    Sample(Instant now) {
        this.now = now;
    }

    /** Accounts of the payments written by hand. */
    List<AccountTerms> accounts() {
        return List.of(
                AccountTerms.customer("alice", "EUR", 500_00),
                AccountTerms.customer("bob", "EUR", 0),
                AccountTerms.customer("dora-dollars", "USD", 500_00),
                AccountTerms.customer(CLOSED_ACCOUNT, "EUR", 0));
    }

    /**
     * The first commands. The second command of order-1 comes before the settlement of order-1, so it is in flight.
     */
    List<Sending> first() {
        return Stream.of(
                        command("order-1", "alice", "bob", 120_00),
                        command("order-1", "alice", "bob", 120_00),
                        command("order-2", "bob", "alice", 9_999_00), // insufficient funds
                        command("order-3", "alice", "nobody", 5_00), // no such account
                        command("order-4", "alice", CLOSED_ACCOUNT, 5_00),
                        command("order-5", "alice", "dora-dollars", 5_00), // in another currency
                        PaymentCommand.newBuilder(command("order 6", "alice", "alice", -5))
                                .setCurrency("XXX")
                                .build(), // four broken rules
                        PaymentCommand.newBuilder(command("order-7", "alice", "bob", 1_00))
                                .setSentAt(now.minus(Duration.ofDays(3)))
                                .build()) // too late to tell whether it was executed
                .map(command -> (Sending) new Sending.Command(command))
                .toList();
    }

    /**
     * The commands after the first answers: retries, a key reused for another amount, and bytes that are no
     * command.
     */
    List<Sending> then() {
        return List.of(
                new Sending.Command(command("order-1", "alice", "bob", 120_00)),
                new Sending.Command(command("order-1", "alice", "bob", 120_01)),
                new Sending.Command(command("order-2", "bob", "alice", 9_999_00)),
                new Sending.Bytes("{\"not\": \"a command\"}".getBytes(UTF_8)),
                new Sending.Command(command("order-8", "bob", "alice", 20_00)));
    }

    /** Generated payments among two hundred accounts. */
    List<PaymentCommand> generated(int count, long seed) {
        Random random = new Random(seed);
        List<PaymentCommand> payments = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            int debtor = random.nextInt(ACCOUNTS);
            int creditor = (debtor + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            long amountMinor = 1 + random.nextLong(HIGHEST_AMOUNT_MINOR);
            payments.add(PaymentCommand.newBuilder(
                            command("run-" + seed + "-" + i, account(debtor), account(creditor), amountMinor))
                    .setClientId("client-" + i % 5)
                    .build());
        }
        return payments;
    }

    private static String account(int number) {
        return "account-" + number;
    }

    private PaymentCommand command(String key, String debtor, String creditor, long amountMinor) {
        return PaymentCommand.newBuilder()
                .setClientId(CLIENT)
                .setIdempotencyKey(key)
                .setDebtorAccount(debtor)
                .setCreditorAccount(creditor)
                .setAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setReference(null)
                .setSentAt(now)
                .build();
    }
}
