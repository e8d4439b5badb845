package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.release;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Logs in which everything collides: few accounts, few keys, holds that end soon, times that go back. */
public final class ReservationLogs {
    /** Each with 100 EUR at first. */
    public static final List<String> ACCOUNTS = List.of("alice", "bob", "carol");

    private static final int LENGTH = 120;
    private static final int KEYS = 70;

    /** The first of the keys. */
    private static final int RESERVATIONS = 25;

    private ReservationLogs() {}

    /** @param name no other log has it: keys begin with it */
    static List<LedgerInput> log(Random random, String name) {
        return log(random, name, 0);
    }

    /** @param from offset of its first event, later than those of logs before it */
    public static List<LedgerInput> log(Random random, String name, long from) {
        List<LedgerInput> log = new ArrayList<>();
        Instant now = NOON.plusMillis(10 * from);
        for (long offset = from; offset < from + LENGTH; offset++) {
            now = now.plusMillis(random.nextInt(20));
            // Of tasks that are behind.
            Instant at = random.nextInt(4) == 0 ? now.minusMillis(random.nextInt(100)) : now;
            if (random.nextInt(25) == 0) {
                log.add(new LedgerInput.TimePassed(0, at));
            } else {
                PostingRequest.Kind kind =
                        random.nextInt(12) == 0 ? PostingRequest.Kind.INQUIRE : PostingRequest.Kind.POST;
                String key = name + " key " + random.nextInt(KEYS);
                log.add(event(kind, key, content(name, key, random), offset, at));
            }
        }
        return log;
    }

    /** The step of that key, now and then another. */
    private static PaymentContent content(String name, String key, Random random) {
        Random its = random.nextInt(15) == 0 ? random : new Random(key.hashCode());
        String debtor = ACCOUNTS.get(its.nextInt(ACCOUNTS.size()));
        String creditor = ACCOUNTS.get((ACCOUNTS.indexOf(debtor) + 1 + its.nextInt(2)) % ACCOUNTS.size());
        String reservation = name + " key " + its.nextInt(its.nextInt(10) == 0 ? KEYS : RESERVATIONS);
        int number = Integer.parseInt(key.substring(key.lastIndexOf(' ') + 1));
        if (number < RESERVATIONS) {
            Duration hold = Duration.ofMillis(100 + its.nextInt(900));
            return hold(debtor, creditor, 1 + its.nextInt(30), hold, its.nextBoolean());
        }
        return switch (number % 5) {
            case 0 -> new PaymentContent(debtor, creditor, 1 + its.nextInt(60), "EUR", null);
            case 1 -> release(reservation, debtorOf(reservation, debtor, its));
            default ->
                capture(reservation, debtorOf(reservation, debtor, its), 1 + its.nextInt(25), its.nextInt(3) == 0);
        };
    }

    /** That of the reservation's key as a rule. */
    private static String debtorOf(String reservation, String otherwise, Random random) {
        Random its = new Random(reservation.hashCode());
        return random.nextInt(10) == 0 ? otherwise : ACCOUNTS.get(its.nextInt(ACCOUNTS.size()));
    }
}
