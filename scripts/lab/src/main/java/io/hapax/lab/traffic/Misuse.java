package io.hapax.lab.traffic;

import static io.hapax.lab.traffic.ModelWorld.DAY_MS;
import static io.hapax.lab.traffic.ModelWorld.HOUR_MS;
import static io.hapax.lab.traffic.ModelWorld.MINUTE_MS;

import io.hapax.insight.Cause;
import io.hapax.stream.decision.Payment;
import io.hapax.topics.PaymentKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One misuse of one client, from its start to its end. */
final class Misuse {
    /** A client that does something wrong pays at least this often, so that it can be seen at all. */
    static final double LEAST_PER_HOUR = 15;

    private static final long REMEMBERED_MS = 3 * DAY_MS;

    private final Planted planted;
    private final ModelClient client;
    private final Random random;
    private final Deque<Past> past = new ArrayDeque<>();
    private boolean begun;

    private record Past(long atMs, ModelCommand command) {}

    Misuse(Planted planted, ModelClient client) {
        this.planted = planted;
        this.client = client;
        this.random = client.random;
    }

    /** A style in which the misuse shows: a till's equal payments are its trade, and a file comes once a day. */
    static Style style(Cause cause, Style any) {
        return switch (any) {
            case BATCH -> Style.SERVICE;
            case KIOSK -> cause == Cause.NEW_KEY_FOR_EACH_RETRY ? Style.INTERACTIVE : Style.KIOSK;
            default -> any;
        };
    }

    static boolean needsAge(@Nullable Planted planted) {
        return planted != null && (planted.cause() == Cause.ONE_KEY_FOR_EVER || planted.cause() == Cause.STALE_QUEUE);
    }

    static boolean fromElsewhere(Planted planted) {
        return planted.cause() == Cause.RECORDED_COMMANDS_FROM_ELSEWHERE;
    }

    /** The time in milliseconds before the misuse can begin. The detectors need it to learn the normal use. */
    static long notBefore(Cause cause) {
        return switch (cause) {
            case NEW_KEY_FOR_EACH_RETRY, VOLUME, INVALID_COMMANDS, FAILED_PAYMENTS -> 9 * DAY_MS;
            case RECORDED_COMMANDS_FROM_ELSEWHERE, ONE_KEY_FOR_EVER, STALE_QUEUE -> 3 * DAY_MS;
            default -> DAY_MS;
        };
    }

    /** The duration of a misuse with this cause, in milliseconds. */
    static long lasts(Cause cause, Random random) {
        return switch (cause) {
            case SHORT_KEYS, SEQUENTIAL_KEYS, GUESSABLE_KEYS -> 14 * DAY_MS;
            case ONE_KEY_FOR_EVER -> 48 * HOUR_MS;
            case VOLUME -> 40 * MINUTE_MS;
            case INVALID_COMMANDS, FAILED_PAYMENTS -> 2 * HOUR_MS;
            default -> random.nextLong(4 * HOUR_MS, 16 * HOUR_MS);
        };
    }

    private boolean isOn(long atMs) {
        return atMs >= planted.beginMs() && atMs < planted.endMs();
    }

    /** Adds the misuse's commands of an hour, beside the client's own payments. */
    void hour(long fromMs) {
        if (!begun && fromMs + HOUR_MS > planted.beginMs()) {
            begun = true;
            begin(planted.beginMs());
        }
        extra(fromMs);
    }

    private void begin(long atMs) {
        switch (planted.cause()) {
            case LOOP_WITHOUT_DELAY -> loop(atMs, 30 + random.nextInt(400), 30 + random.nextInt(850), 0.2);
            case LOOP_WITH_FIXED_DELAY -> {
                long period = random.nextLong(2_000, 10 * MINUTE_MS);
                loop(atMs, times(period), period, 0.2 * random.nextDouble());
            }
            case LOOP_WITH_VARYING_DELAY -> {
                long period = random.nextLong(10_000, 5 * MINUTE_MS);
                loop(atMs, times(period), period, 0.65 + 0.3 * random.nextDouble());
            }
            case RECORDED_COMMANDS_FROM_ELSEWHERE -> recorded(atMs, REMEMBERED_MS);
            case RECORDED_COMMANDS_FROM_THE_SAME_SOURCE -> recorded(atMs, 20 * HOUR_MS);
            case ONE_KEY_FOR_EVER -> oneKeyForEver(atMs);
            case STALE_QUEUE -> staleQueue(atMs);
            default -> {
                // Shows in the client's payments.
            }
        }
    }

    /** Enough to be seen, and at most for half a day. */
    private int times(long periodMs) {
        return (int) Math.min(30 + random.nextInt(200), 12 * HOUR_MS / periodMs);
    }

    private void loop(long beginMs, int times, long periodMs, double jitter) {
        ModelCommand command = client.make(beginMs).by(planted, true);
        command = new ModelCommand(command.key(), command.payment(), command.firstSentAt(), true, false, true, planted);
        long at = beginMs;
        for (int i = 0; i <= times; i++) {
            client.arrive(at, command);
            at += Math.max(1, Math.round(periodMs * (1 + jitter * (2 * random.nextDouble() - 1))));
        }
    }

    private void recorded(long beginMs, long notOlderMs) {
        List<ModelCommand> old = past.stream()
                .filter(p -> p.atMs < beginMs - HOUR_MS && p.atMs > beginMs - notOlderMs && p.command.valid())
                .map(Past::command)
                .toList();
        int count = Math.min(old.size(), 60 + random.nextInt(240));
        long at = beginMs;
        long gap = random.nextLong(200, 8_000);
        // In sequence, from anywhere in the recording, evenly.
        for (int i = 0; i < count; i++) {
            ModelCommand command = old.get((int) ((long) i * old.size() / count));
            client.arrive(at, command.by(planted, client.othersOwnPartition()));
            at += random.nextLong(100, 2 * gap);
        }
    }

    private void oneKeyForEver(long beginMs) {
        List<ModelCommand> old = past.stream()
                .filter(p -> p.atMs < beginMs - 25 * HOUR_MS && p.command.valid())
                .map(Past::command)
                .toList();
        if (old.isEmpty()) {
            return;
        }
        ModelCommand command = old.getLast().by(planted, true);
        long period = random.nextLong(2 * MINUTE_MS, 2 * HOUR_MS);
        for (long at = beginMs; at < Math.min(planted.endMs(), beginMs + 50 * period); at += period) {
            client.arrive(at, command);
        }
    }

    private void staleQueue(long beginMs) {
        int count = 30 + random.nextInt(170);
        long at = beginMs;
        for (int i = 0; i < count; i++) {
            long wanted = beginMs - 26 * HOUR_MS - random.nextLong(DAY_MS);
            client.arrive(at, client.make(wanted).by(planted, true));
            at += random.nextLong(1_000, 20_000);
        }
    }

    private void extra(long fromMs) {
        double inHour = switch (planted.cause()) {
            case VOLUME -> 40 * client.perHour();
            case INVALID_COMMANDS, FAILED_PAYMENTS -> 60 + client.perHour();
            default -> 0;
        };
        long from = Math.max(fromMs, planted.beginMs());
        long to = Math.min(fromMs + HOUR_MS, planted.endMs());
        if (inHour > 0 && from < to) {
            client.payInOrder((int) (inHour * (to - from) / HOUR_MS), from, to);
        }
    }

    /** The way in which the client makes its keys at that time. */
    Keys keys(long atMs, Keys usual) {
        if (!isOn(atMs)) {
            return usual;
        }
        return switch (planted.cause()) {
            case SHORT_KEYS -> Keys.SHORT;
            case SEQUENTIAL_KEYS -> Keys.SEQUENTIAL;
            case GUESSABLE_KEYS -> Keys.GUESSABLE;
            default -> usual;
        };
    }

    /** The client's own payment, bent by what it does wrong. */
    ModelCommand bend(ModelCommand honest, long atMs) {
        past.addLast(new Past(atMs, honest));
        while (past.getFirst().atMs < atMs - REMEMBERED_MS) {
            past.removeFirst();
        }
        if (!isOn(atMs)) {
            return honest;
        }
        return switch (planted.cause()) {
            case ONE_KEY_FOR_ALL_PAYMENTS ->
                honest.under(new PaymentKey(client.id, "constant-" + planted.beginMs()), planted);
            case KEYS_STARTED_OVER -> startedOver(honest, atMs);
            case SHORT_KEYS, SEQUENTIAL_KEYS, GUESSABLE_KEYS, VOLUME -> honest.by(planted, true);
            case INVALID_COMMANDS ->
                random.nextInt(5) == 0
                        ? honest
                        : new ModelCommand(
                                honest.key(), honest.payment(), honest.firstSentAt(), false, false, true, planted);
            case FAILED_PAYMENTS ->
                random.nextInt(10) == 0
                        ? honest
                        : new ModelCommand(
                                honest.key(), honest.payment(), honest.firstSentAt(), true, true, true, planted);
            default -> honest;
        };
    }

    private ModelCommand startedOver(ModelCommand honest, long atMs) {
        List<Past> known = new ArrayList<>(past);
        Collections.shuffle(known, random);
        return known.stream()
                .filter(p -> p.atMs > atMs - 20 * HOUR_MS && p.atMs < atMs - 10 * MINUTE_MS)
                .findFirst()
                .map(p -> honest.under(p.command.key(), planted))
                .orElse(honest);
    }

    /** Adds the commands that the misuse sends after a payment. */
    void after(ModelCommand command, long atMs) {
        if (!isOn(atMs) || !command.valid()) {
            return;
        }
        if (planted.cause() == Cause.RETRY_CHANGES_THE_PAYLOAD && random.nextBoolean()) {
            client.arrive(
                    atMs + random.nextLong(10_000, 5 * MINUTE_MS), command.paying(changed(command.payment()), planted));
        }
        if (planted.cause() == Cause.NEW_KEY_FOR_EACH_RETRY && random.nextInt(5) < 2) {
            long at = atMs;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                at += random.nextLong(2_000, 3 * MINUTE_MS);
                client.arrive(at, command.under(client.make(at).key(), planted));
            }
        }
    }

    private Payment changed(Payment payment) {
        return random.nextBoolean()
                ? new Payment(
                        payment.debtorAccount(),
                        payment.creditorAccount(),
                        payment.amountMinor() + 1 + random.nextInt(100),
                        payment.currency(),
                        payment.reference())
                : new Payment(
                        payment.debtorAccount(),
                        payment.creditorAccount(),
                        payment.amountMinor(),
                        payment.currency(),
                        "sent again at " + random.nextInt(1_000_000));
    }
}
