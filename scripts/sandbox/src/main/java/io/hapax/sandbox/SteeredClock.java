package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** The clock of a broker. Its time of day is ahead of the machine's by as much as a file says, whenever it changes. */
final class SteeredClock implements Time {
    private static final long LOOK_EVERY_MS = 500;

    private final Path file;
    private volatile long aheadMs;

    private SteeredClock(Path file) {
        this.file = file;
    }

    /** A clock that follows a file, for as long as this JVM lives. */
    static SteeredClock by(Path file) {
        SteeredClock clock = new SteeredClock(file);
        clock.look();
        Thread.ofPlatform().daemon().name("steered-clock").start(clock::follow);
        return clock;
    }

    static void set(Path file, Duration ahead) throws IOException {
        Files.writeString(file, String.valueOf(ahead.toMillis()));
    }

    private void follow() {
        while (true) {
            SYSTEM.sleep(LOOK_EVERY_MS);
            look();
        }
    }

    private void look() {
        try {
            aheadMs = Files.exists(file) ? Long.parseLong(Files.readString(file)) : 0;
        } catch (IOException | NumberFormatException halfWritten) {
            // Read again in a moment.
        }
    }

    @Override
    public long milliseconds() {
        return SYSTEM.milliseconds() + aheadMs;
    }

    @Override
    public long nanoseconds() {
        return SYSTEM.nanoseconds();
    }

    @Override
    public void sleep(long ms) {
        SYSTEM.sleep(ms);
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) throws InterruptedException {
        SYSTEM.waitObject(object, condition, deadlineMs - aheadMs);
    }
}
