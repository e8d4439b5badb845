package io.hapax.storm.load;

import static java.util.Objects.requireNonNull;

import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.Payload;
import io.hapax.storm.world.StormAccounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The seeded sequence of what clients do: new payments, retries of recent and of long past ones, conflicts, look-ups,
 * nonsense, and payments that say they are old.
 */
final class Script {
    private static final int RECENT = 200;
    private static final long LARGEST_MINOR = 500;
    private static final Duration LONG_AGO = Duration.ofDays(3);

    private final Random random;
    private final List<String> clients;
    private final List<String> accounts = StormAccounts.usable();
    private final List<Step> payments = new ArrayList<>();
    private long number;

    Script(long seed, List<String> clients) {
        this.random = new Random(seed);
        this.clients = clients;
    }

    Step next(long nowMs) {
        int draw = random.nextInt(100);
        if (payments.isEmpty() || draw < 58) {
            return remembered(payment(Kind.PAYMENT, "p", sentAt(nowMs)));
        } else if (draw < 76) {
            return random.nextInt(8) == 0 ? any() : recent();
        } else if (draw < 79) {
            return conflict(recent());
        } else if (draw < 92) {
            return lookUp(random.nextInt(4) == 0 ? any() : recent());
        } else if (draw < 96) {
            return nonsense(nowMs);
        }
        return payment(Kind.OLD, "o", nowMs - LONG_AGO.toMillis());
    }

    /** Some clients do not say when they first sent a payment. */
    private @Nullable Long sentAt(long nowMs) {
        return random.nextInt(4) == 0 ? null : nowMs;
    }

    private Step payment(Kind kind, String prefix, @Nullable Long sentAtMs) {
        String debtor = account(40, StormAccounts.CLOSED, StormAccounts.DOLLARS);
        String creditor = account(40, StormAccounts.UNKNOWN, StormAccounts.CLOSED);
        while (creditor.equals(debtor)) {
            creditor = account(0);
        }
        long amountMinor = 1 + random.nextLong(LARGEST_MINOR);
        String reference = random.nextBoolean() ? null : "invoice " + number;
        return new Step(
                kind,
                clients.get(random.nextInt(clients.size())),
                prefix + "-" + number++,
                new Payload(debtor, creditor, amountMinor, "EUR", reference),
                sentAtMs);
    }

    private Step remembered(Step payment) {
        payments.add(payment);
        return payment;
    }

    /** @param odd one of these comes once in so many times */
    private String account(int times, String... odd) {
        return times > 0 && random.nextInt(times) == 0
                ? odd[random.nextInt(odd.length)]
                : accounts.get(random.nextInt(accounts.size()));
    }

    /** The last ones most often, so that retries meet payments in flight. */
    private Step recent() {
        int back = random.nextInt(1 + random.nextInt(RECENT));
        return payments.get(Math.max(0, payments.size() - 1 - back));
    }

    private Step any() {
        return payments.get(random.nextInt(payments.size()));
    }

    private Step conflict(Step original) {
        Payload payload = requireNonNull(original.payload());
        Payload other = random.nextBoolean()
                ? new Payload(
                        payload.debtorAccount(),
                        payload.creditorAccount(),
                        payload.amountMinor() + 1,
                        payload.currency(),
                        payload.reference())
                : new Payload(
                        payload.debtorAccount(),
                        payload.creditorAccount(),
                        payload.amountMinor(),
                        payload.currency(),
                        "another reference");
        return new Step(Kind.CONFLICT, original.client(), original.key(), other, original.sentAtMs());
    }

    private static Step lookUp(Step payment) {
        return new Step(Kind.LOOK_UP, payment.client(), payment.key(), null, null);
    }

    /** Half of it are bytes that are no command, half of it is a command that breaks a rule. */
    private Step nonsense(long nowMs) {
        Step sound = payment(Kind.NONSENSE, "n", nowMs);
        Payload payload = requireNonNull(sound.payload());
        Payload broken = random.nextBoolean()
                ? null
                : new Payload(payload.debtorAccount(), payload.creditorAccount(), 0, payload.currency(), null);
        return new Step(Kind.NONSENSE, sound.client(), sound.key(), broken, broken == null ? null : nowMs);
    }
}
