package io.hapax.lab.simulation;

import io.hapax.lab.simulation.SentCommand.Wish;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Clients that make every mistake: they retry, reorder, reuse keys, and send late, by wrong clocks and to wrong
 * partitions. Now and then they cancel what they have sent, or will send.
 */
final class SimulatedClients {
    static final List<String> ACCOUNTS = List.of("alice", "bob", "carol", "dave");
    static final List<String> CLIENTS = List.of("acme", "globex");

    /** The operation that some keys name, so that a policy may apply to them. */
    static final String OPERATION = "refund";

    private final Random random;
    private final RetentionSchedule policy;
    private final Topics topics;
    private final Witness witness;
    private final SimulatedPolicies policies;
    private final int keys;

    /** The clients' names for their payments, from the first use on. */
    private final Map<Integer, Name> names = new HashMap<>();

    /**
     * An idempotency key.
     *
     * @param madeAt the time inside it, if it is a UUIDv7
     */
    private record Name(String text, @Nullable Instant madeAt) {}

    /** The first command that a client sent under each key. */
    private final Map<PaymentKey, SentCommand> intentions = new HashMap<>();

    private static final Reserved NEVER_RESERVED = new Reserved("never-reserved", ACCOUNTS.getFirst(), 10);

    /** The reservations that each client has made, as first sent. */
    private final Map<String, List<Reserved>> reserved = new HashMap<>();

    /** A reservation, as its client knows it. */
    private record Reserved(String key, String debtor, long amountMinor) {}

    /** Sent and not yet arrived: the network delivers in any order, late ones much later. */
    private final List<SentCommand> underway = new ArrayList<>();

    SimulatedClients(
            Random random, RetentionSchedule policy, Topics topics, Witness witness, SimulatedPolicies policies) {
        this.random = random;
        this.policy = policy;
        this.topics = topics;
        this.witness = witness;
        this.policies = policies;
        this.keys = 1 + random.nextInt(10);
    }

    /** Some client sends something. */
    void send(long nowMs) {
        Name name = names.computeIfAbsent(random.nextInt(keys), number -> name(number, nowMs));
        PaymentKey key = new PaymentKey(CLIENTS.get(random.nextInt(CLIENTS.size())), name.text());
        SentCommand intention = intentions.computeIfAbsent(key, k -> intend(k, name.madeAt(), nowMs));
        SentCommand command = switch (random.nextInt(10)) {
            case 0 -> withAmount(intention, intention.wish().amountMinor() + 1);
            case 1 -> withSentAt(intention, instant(nowMs));
            case 2 -> withSentAt(intention, null);
            case 3 -> withSentAt(intention, wrongClock(nowMs));
            case 4 -> random.nextInt(5) == 0 ? withAmount(intention, 0) : intention;
            case 5 -> random.nextBoolean() ? new SentCommand(key, null, Wish.cancel(), null) : intention;
            default -> intention;
        };
        underway.add(command);
    }

    /** The network delivers something; the broker stamps it. */
    void deliver(long nowMs) {
        if (underway.isEmpty()) {
            return;
        }
        SentCommand command = underway.remove(random.nextInt(underway.size()));
        if (random.nextInt(12) == 0) {
            underway.add(command);
        }
        int partition = random.nextInt(3) > 0
                ? Partitions.of(command.key(), topics.partitions)
                : random.nextInt(topics.partitions);
        long offset = topics.commands.get(partition).append(topics.clocks.ofCommands(partition, nowMs), command);
        witness.sent(new LogPosition(partition, offset), command);
        Instant firstSentAt = command.saysFirstSentAt();
        if (firstSentAt != null) {
            policies.adapt(command.key().clientId(), nowMs - firstSentAt.toEpochMilli(), random);
        }
    }

    boolean hasUnderway() {
        return !underway.isEmpty();
    }

    private Name name(int number, long nowMs) {
        return random.nextInt(4) == 0
                ? new Name(uuidV7(nowMs, number), instant(nowMs))
                : new Name((number % 3 == 0 ? OPERATION + ":" : "order-") + number, null);
    }

    private static String uuidV7(long timeMs, int number) {
        String time = String.format("%012x", timeMs);
        return time.substring(0, 8) + "-" + time.substring(8) + String.format("-7000-8000-%012x", number);
    }

    private SentCommand intend(PaymentKey key, @Nullable Instant keyMadeAt, long nowMs) {
        return new SentCommand(
                key, keyMadeAt, wish(key), keyMadeAt != null || random.nextInt(6) == 0 ? null : instant(nowMs));
    }

    private Wish wish(PaymentKey key) {
        int debtor = random.nextInt(ACCOUNTS.size());
        int creditor = (debtor + 1 + random.nextInt(ACCOUNTS.size() - 1)) % ACCOUNTS.size();
        long amountMinor = 1L + random.nextInt(60);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> reservation(key, ACCOUNTS.get(debtor), ACCOUNTS.get(creditor), amountMinor);
            case 3, 4, 5 -> {
                Reserved reserved = anyReserved(key);
                long mostMinor = reserved.amountMinor() + (random.nextInt(4) == 0 ? 20 : 0);
                yield Wish.capture(
                        reserved.key(),
                        debtorOf(reserved, debtor),
                        1 + random.nextLong(mostMinor),
                        random.nextBoolean());
            }
            case 6 -> {
                Reserved reserved = anyReserved(key);
                yield Wish.voiding(reserved.key(), debtorOf(reserved, debtor));
            }
            default -> Wish.payment(ACCOUNTS.get(debtor), ACCOUNTS.get(creditor), amountMinor);
        };
    }

    private Wish reservation(PaymentKey key, String debtor, String creditor, long amountMinor) {
        reserved.computeIfAbsent(key.clientId(), client -> new ArrayList<>())
                .add(new Reserved(key.idempotencyKey(), debtor, amountMinor));
        long holdMs = CommandCheck.SHORTEST_HOLD.toMillis()
                + (random.nextInt(3) == 0
                        ? 0
                        : random.nextLong(policy.retention().toMillis()));
        return Wish.reservation(debtor, creditor, amountMinor, holdMs, random.nextInt(3) > 0);
    }

    /** A reservation that the client has made; now and then another client's, or none. */
    private Reserved anyReserved(PaymentKey key) {
        String client = random.nextInt(12) == 0 ? CLIENTS.get(random.nextInt(CLIENTS.size())) : key.clientId();
        List<Reserved> known = reserved.getOrDefault(client, List.of());
        return known.isEmpty() ? NEVER_RESERVED : known.get(random.nextInt(known.size()));
    }

    private String debtorOf(Reserved named, int another) {
        return random.nextInt(10) == 0 ? ACCOUNTS.get(another) : named.debtor();
    }

    private Instant wrongClock(long nowMs) {
        long skew = policy.allowedSkew().toMillis();
        return instant(nowMs + random.nextLong(-3 * skew, 3 * skew));
    }

    private static SentCommand withAmount(SentCommand of, long amountMinor) {
        return new SentCommand(of.key(), of.keyMadeAt(), of.wish().withAmount(amountMinor), of.sentAt());
    }

    private static SentCommand withSentAt(SentCommand of, @Nullable Instant sentAt) {
        return new SentCommand(of.key(), of.keyMadeAt(), of.wish(), sentAt);
    }

    private static Instant instant(long ms) {
        return Instant.ofEpochMilli(ms);
    }
}
