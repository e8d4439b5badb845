package io.hapax.stream;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Bytes of all files below the state folder. Looked up at most every so often, however many ask. */
final class StoreSize {
    private static final Duration KEEP = Duration.ofSeconds(15);

    private final Path folder;
    private final LongSupplier nanoClock;
    private long bytes;
    private long measuredNanos;
    private boolean measured;

    StoreSize(Path folder, LongSupplier nanoClock) {
        this.folder = folder;
        this.nanoClock = nanoClock;
    }

    synchronized long bytes() {
        long now = nanoClock.getAsLong();
        if (!measured || now - measuredNanos >= KEEP.toNanos()) {
            bytes = measure();
            measuredNanos = now;
            measured = true;
        }
        return bytes;
    }

    private long measure() {
        Sum sum = new Sum();
        try {
            Files.walkFileTree(folder, sum);
        } catch (IOException e) {
            return sum.bytes;
        }
        return sum.bytes;
    }

    private static final class Sum extends SimpleFileVisitor<Path> {
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            return FileVisitResult.CONTINUE;
        }

        /** Stores drop files at any time. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
        }
    }
}
