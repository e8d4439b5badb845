package io.hapax.lab.traffic;

import static io.hapax.lab.traffic.ModelWorld.DAY_MS;
import static io.hapax.lab.traffic.ModelWorld.HOUR_MS;
import static io.hapax.lab.traffic.ModelWorld.MINUTE_MS;

import io.hapax.stream.decision.Payment;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One client of the model. It pays by the hour of its day and week, retries in its style, and may misuse its keys
 * in one way.
 */
final class ModelClient {
    private static final List<Style> STYLES = List.of(Style.values());
    private static final int PARTITIONS = 12;
    private static final int MOST_ATTEMPTS = 10;

    final String id;
    final Random random;

    private final ModelWorld world;
    private final Schedule<ModelCommand> schedule;
    private final Style style;
    private final boolean javaPartitioner;
    private final boolean tellsAge;
    private final double perHour;
    private final double phase;
    private final double weekend;
    private final int seasonDay;
    private final double season;
    private final double failRate;
    private final double invalidRate;
    private final double lostRate;
    private final Keys keys;
    private final int fileHour;
    private final long cronMs;
    private final Outages outages;
    private final @Nullable Misuse misuse;

    private long made;

    ModelClient(
            int number, Random random, ModelWorld world, Schedule<ModelCommand> schedule, @Nullable Planted planted) {
        this.id = String.format(Locale.ROOT, "client-%04d", number);
        this.random = random;
        this.world = world;
        this.schedule = schedule;
        Style any = STYLES.get(random.nextInt(STYLES.size()));
        this.style = planted == null ? any : Misuse.style(planted.cause(), any);
        this.keys = Keys.GOOD[random.nextInt(Keys.GOOD.length)];
        this.javaPartitioner = random.nextInt(3) > 0;
        this.tellsAge = Misuse.needsAge(planted) || random.nextInt(10) > 0;
        double rate = Math.clamp(8 * Math.exp(random.nextGaussian()), 0.5, 150);
        this.perHour = planted == null ? rate : Math.max(rate, Misuse.LEAST_PER_HOUR);
        this.phase = random.nextInt(24);
        this.weekend = 0.2 + random.nextDouble();
        this.seasonDay = random.nextInt(7);
        this.season = 1 + random.nextDouble() * 1.5;
        this.failRate = 0.005 + random.nextDouble() * 0.025;
        this.invalidRate = random.nextInt(4) == 0 ? 0.002 : 0.0002;
        this.lostRate = 0.005 + random.nextDouble() * 0.025;
        this.fileHour = random.nextInt(24);
        this.cronMs = (random.nextBoolean() ? 5 : 15) * MINUTE_MS;
        this.outages =
                new Outages(random, ModelWorld.BEGIN_MS, world.endMs, random.nextInt(3), 5 * MINUTE_MS, 2 * HOUR_MS);
        this.misuse = planted == null ? null : new Misuse(planted, this);
    }

    /** Schedules all that this client does in an hour, retries that come later among it. */
    void hour(long fromMs) {
        if (style == Style.BATCH) {
            if ((int) ModelWorld.hourOfDay(fromMs) == fileHour) {
                file(fromMs);
            }
        } else {
            payInOrder(poisson(perHour * activity(fromMs)), fromMs, fromMs + HOUR_MS);
        }
        if (misuse != null) {
            misuse.hour(fromMs);
        }
    }

    /** Payments at random times, made in the order of time, as a counter of keys needs. */
    void payInOrder(int count, long fromMs, long toMs) {
        random.longs(count, fromMs, toMs).sorted().forEach(this::pay);
    }

    private double activity(long atMs) {
        double day = 1 + 0.85 * Math.sin(2 * Math.PI * (ModelWorld.hourOfDay(atMs) - phase) / 24);
        int dayOfWeek = ModelWorld.dayOfWeek(atMs);
        return day * (dayOfWeek >= 5 ? weekend : 1) * (dayOfWeek == seasonDay ? season : 1);
    }

    private int poisson(double mean) {
        if (mean > 30) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    private void file(long fromMs) {
        int lines = (int) Math.max(5, perHour * 10 * activity(fromMs) / 1.85);
        long begin = fromMs + random.nextLong(20 * MINUTE_MS);
        List<ModelCommand> file = new ArrayList<>(lines);
        for (int i = 0; i < lines; i++) {
            ModelCommand command = make(begin);
            file.add(command);
            arrive(begin + 10L * i * MINUTE_MS / lines, command);
        }
        if (random.nextInt(20) == 0) {
            long again = begin + random.nextLong(10 * MINUTE_MS, 8 * HOUR_MS);
            for (int i = 0; i < lines; i++) {
                arrive(again + 10L * i * MINUTE_MS / lines, file.get(i));
            }
        }
    }

    /** Makes a payment and sends it, with the retries that its style and its luck bring. */
    void pay(long wantedMs) {
        long end = outages.endOfOutageAt(wantedMs);
        long sentMs = end == wantedMs ? wantedMs : end + random.nextLong(5 * MINUTE_MS);
        ModelCommand command = misuse == null ? make(wantedMs) : misuse.bend(make(wantedMs), sentMs);
        switch (style) {
            case SERVICE -> backOff(sentMs, command);
            case CRON -> cron(sentMs, command);
            case INTERACTIVE, KIOSK, BATCH -> byHand(sentMs, command);
        }
        if (misuse != null) {
            misuse.after(command, sentMs);
        }
    }

    /** A command for a new payment. */
    ModelCommand make(long atMs) {
        Keys style = misuse == null ? keys : misuse.keys(atMs, keys);
        String key = style.next(random, atMs, made++);
        boolean valid = random.nextDouble() >= invalidRate;
        return new ModelCommand(
                new PaymentKey(id, key),
                payment(),
                tellsAge ? Instant.ofEpochMilli(atMs) : null,
                valid,
                random.nextDouble() < failRate,
                javaPartitioner || random.nextInt(PARTITIONS) == 0,
                null);
    }

    Payment payment() {
        if (style == Style.KIOSK) {
            return new Payment(id + "-till-" + random.nextInt(8), id, 100 + 50 * random.nextInt(6), "EUR", null);
        }
        return new Payment(
                "payer-" + random.nextInt(1_000_000),
                "payee-" + random.nextInt(1_000_000),
                1 + random.nextInt(500_000),
                "EUR",
                random.nextBoolean() ? "invoice " + random.nextInt(1_000_000) : null);
    }

    private void backOff(long firstMs, ModelCommand command) {
        long at = firstMs;
        long delay = 1_000;
        for (int attempt = 1; attempt <= MOST_ATTEMPTS && !answered(at, arrive(at, command), delay); attempt++) {
            at += (long) (delay * (0.8 + 0.4 * random.nextDouble()));
            delay *= 2;
        }
    }

    private void cron(long firstMs, ModelCommand command) {
        long at = firstMs;
        while (!answered(at, arrive(at, command), cronMs)) {
            at += cronMs;
        }
    }

    private void byHand(long firstMs, ModelCommand command) {
        long answer = arrive(firstMs, command);
        if (answered(firstMs, answer, 15_000)) {
            return;
        }
        long at = firstMs;
        int clicks = 1 + random.nextInt(3);
        for (int i = 0; i < clicks; i++) {
            at += 5_000 + (long) (30_000 * Math.exp(random.nextGaussian()));
            arrive(at, command);
        }
        if (random.nextInt(50) == 0) {
            arrive(at + random.nextLong(HOUR_MS, 20 * HOUR_MS), command);
        } else if (random.nextInt(1_000) == 0) {
            arrive(at + DAY_MS + random.nextLong(HOUR_MS, DAY_MS), command);
        }
    }

    /** True if the client gets its answer within the time for which it waits. */
    private boolean answered(long sentMs, long answerMs, long waitMs) {
        return answerMs - sentMs <= waitMs && random.nextDouble() >= lostRate;
    }

    /** Sends a command, perhaps during an outage of the service. Returns the earliest time of an answer. */
    long arrive(long sentMs, ModelCommand command) {
        if (world.service.endOfOutageAt(sentMs) != sentMs) {
            return Long.MAX_VALUE;
        }
        long atMs = sentMs + 20 + random.nextInt(180);
        boolean ownPartition = javaPartitioner || random.nextInt(PARTITIONS) == 0;
        boolean byOthers = command.planted() != null && Misuse.fromElsewhere(command.planted());
        schedule.at(
                atMs,
                byOthers
                        ? command
                        : new ModelCommand(
                                command.key(),
                                command.payment(),
                                command.firstSentAt(),
                                command.valid(),
                                command.fails(),
                                ownPartition,
                                command.planted()));
        return world.settledAt(atMs);
    }

    /**
     * True if another producer, with another partitioner than this client's, would send to the key's own partition.
     */
    boolean othersOwnPartition() {
        return !javaPartitioner || random.nextInt(PARTITIONS) == 0;
    }

    double perHour() {
        return perHour;
    }
}
