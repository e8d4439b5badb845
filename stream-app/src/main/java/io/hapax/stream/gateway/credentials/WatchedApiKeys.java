package io.hapax.stream.gateway.credentials;

import io.hapax.app.health.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a file, read again when it has changed: a revoked key stops within {@link #LOOKS_EVERY}. A file that
 * can't be used changes nothing, is tried again each time, and fails {@link #check()}.
 */
public final class WatchedApiKeys implements Supplier<ApiKeys> {
    /** The longest time for which a change of the file goes unnoticed. */
    public static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(WatchedApiKeys.class);

    private final ApiKeyFile file;
    private final LongSupplier nanoClock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile ApiKeys keys;
    private volatile long lookedAtNanos;
    private volatile @Nullable String broken;
    private @Nullable Version version;

    /** The version of the file: it tells one state from the next. A replaced file is another file. */
    private record Version(@Nullable Object file, FileTime modified, long size) {}

    /** Reads the file; throws {@link ApiKeyFile.BrokenException} if it can't be used. */
    public WatchedApiKeys(ApiKeyFile file, LongSupplier nanoClock) {
        this.file = file;
        this.nanoClock = nanoClock;
        this.version = version();
        this.keys = new ApiKeys(file.read());
        this.lookedAtNanos = nanoClock.getAsLong();
    }

    @Override
    public ApiKeys get() {
        if (nanoClock.getAsLong() - lookedAtNanos >= LOOKS_EVERY.toNanos() && looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return keys;
    }

    /** A check that the keys in use are those of the file. */
    public Check check() {
        get();
        String known = broken;
        return known == null
                ? Check.passed("api-keys", "as in the file")
                : Check.failed("api-keys", "a change of the keys has no effect: " + known);
    }

    private void look() {
        Version now = version();
        if (now == null || !now.equals(version)) {
            read(now);
        }
        lookedAtNanos = nanoClock.getAsLong();
    }

    /** Only what was read is known: what can't be read now is tried again. */
    private void read(@Nullable Version now) {
        try {
            keys = new ApiKeys(file.read());
            version = now;
            broken = null;
            LOG.info("read the API keys again: {} has changed", file.path());
        } catch (ApiKeyFile.BrokenException e) {
            if (!Objects.equals(e.getMessage(), broken)) {
                LOG.error("the API keys stay as they were: {}", e.getMessage());
            }
            broken = e.getMessage();
        }
    }

    private @Nullable Version version() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
            return new Version(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return null;
        }
    }
}
