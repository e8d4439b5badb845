package io.hapax.lab.traffic;

import java.util.Random;

/** The world that all clients of the model share: time, outages, and the times of answers. */
final class ModelWorld {
    static final long MINUTE_MS = 60_000;
    static final long HOUR_MS = 60 * MINUTE_MS;
    static final long DAY_MS = 24 * HOUR_MS;

    /** A Monday. */
    static final long BEGIN_MS = 1_780_272_000_000L;

    final int days;
    final long endMs;
    final Random random;

    /** The outages of the ledger: commands are accepted, and their answers wait. */
    final Outages ledger;

    /** The outages of the whole service: no command arrives. */
    final Outages service;

    ModelWorld(long seed, int days) {
        this.days = days;
        this.endMs = BEGIN_MS + days * DAY_MS;
        this.random = new Random(seed);
        int outages = Math.max(1, days / 5);
        this.ledger = new Outages(random, BEGIN_MS, endMs, outages, 10 * MINUTE_MS, HOUR_MS);
        this.service = new Outages(random, BEGIN_MS, endMs, outages, 5 * MINUTE_MS, 30 * MINUTE_MS);
    }

    /** The time at which the ledger posts a payment that was accepted at a given time. */
    long settledAt(long acceptedMs) {
        long end = ledger.endOfOutageAt(acceptedMs);
        return end == acceptedMs ? acceptedMs + 200 + random.nextInt(1_300) : end + random.nextInt(60_000);
    }

    /** Hour of the day from 0 up to 24, day of the week from 0 for Monday. */
    static double hourOfDay(long atMs) {
        return Math.floorMod(atMs, DAY_MS) / (double) HOUR_MS;
    }

    static int dayOfWeek(long atMs) {
        return (int) Math.floorMod(Math.floorDiv(atMs - BEGIN_MS, DAY_MS), 7L);
    }
}
