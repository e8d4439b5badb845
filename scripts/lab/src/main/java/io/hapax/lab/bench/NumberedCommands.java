package io.hapax.lab.bench;

import io.hapax.schemas.PaymentCommand;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Valid payment commands by number. The same number and seed give the same command, so that nothing is stored to
 * send it again.
 *
 * @param seed seed of the keys
 * @param sentAt time at which the client first sent them; null: none is given, so that they are never too old
 */
record NumberedCommands(long seed, @Nullable Instant sentAt) {
    private static final int CLIENTS = 50;

    /** Accounts that the commands name. */
    static final int ACCOUNTS = 10_000;

    private static final long VERSION_BITS = 0xF000;
    private static final long VERSION_4 = 0x4000;

    PaymentCommand command(long number) {
        int debtor = debtor(number);
        PaymentKey key = key(number);
        return new PaymentCommand(
                key.clientId(),
                key.idempotencyKey(),
                account(debtor),
                account((debtor + 1) % ACCOUNTS),
                1 + (number % 100),
                "EUR",
                null,
                sentAt,
                null,
                null);
    }

    PaymentKey key(long number) {
        long high = mixed(seed * 0x9E37_79B9L + number);
        // Of version 4: the time inside one of version 7 would count.
        UUID uuid = new UUID((high & ~VERSION_BITS) | VERSION_4, mixed(high));
        return new PaymentKey("client-" + number % CLIENTS, uuid.toString());
    }

    static String account(int number) {
        return "account-" + number;
    }

    private int debtor(long number) {
        return (int) Math.floorMod(mixed(seed + number), (long) ACCOUNTS);
    }

    /** Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators": the finishing of SplitMix64. */
    private static long mixed(long value) {
        long mixed = value + 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
