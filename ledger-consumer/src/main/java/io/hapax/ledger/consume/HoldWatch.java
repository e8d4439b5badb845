package io.hapax.ledger.consume;

import io.hapax.ledger.book.Book;
import io.hapax.serde.AvroFormat;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The watch over what is held, on a thread of its own. Posting does not wait for it: neither for the database, which
 * may read much, nor for a registry or broker that is away.
 */
final class HoldWatch implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final Consumer<List<Integer>> looks;
    private final Publisher publisher;
    private final ExecutorService beside = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("hold-watch").daemon().factory());
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * @param looks look at what some partitions hold
     * @param publisher that they use alone
     */
    HoldWatch(Consumer<List<Integer>> looks, Publisher publisher) {
        this.looks = looks;
        this.publisher = publisher;
    }

    /**
     * The watch for idle holds, and for the sums.
     *
     * @param book on a connection that posting does not need
     * @param publisher that posting does not need
     */
    static HoldWatch of(Book book, Publisher publisher, AvroFormat format, InstantSource clock, HoldMetrics metrics) {
        IdleHolds idleHolds = new IdleHolds(book, publisher, format, clock, metrics);
        HoldSums sums = new HoldSums(book, clock, metrics);
        return new HoldWatch(
                partitions -> {
                    idleHolds.look(partitions);
                    sums.look(partitions);
                },
                publisher);
    }

    /** Looks now and then, however often it is called. Never waits, and never has two looks at once. */
    void look(Collection<Integer> partitions) {
        if (!looking.compareAndSet(false, true)) return;
        List<Integer> owned = List.copyOf(partitions);
        beside.execute(() -> lookNow(owned));
    }

    private void lookNow(List<Integer> partitions) {
        try {
            looks.accept(partitions);
        } finally {
            looking.set(false);
        }
    }

    /** A look at hand is given up. */
    @Override
    public void close() {
        beside.shutdownNow();
        try {
            if (beside.awaitTermination(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) publisher.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
