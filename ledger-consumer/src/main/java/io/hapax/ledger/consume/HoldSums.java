package io.hapax.ledger.consume;

import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.OpenHolds;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sums of the money that is held, for the metrics. All that is open is read for them, so they are made seldom
 * while anything is.
 */
final class HoldSums {
    private static final Logger log = LoggerFactory.getLogger(HoldSums.class);

    /** While nothing is held. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private static final Duration SUM_EVERY = Duration.ofMinutes(1);

    private final Book book;
    private final HoldMetrics metrics;
    private final Pace pace;
    private Duration every = LOOK_EVERY;

    HoldSums(Book book, InstantSource clock, HoldMetrics metrics) {
        this.book = book;
        this.metrics = metrics;
        this.pace = new Pace(clock);
    }

    /** Sums now and then, however often it is called. */
    void look(Collection<Integer> partitions) {
        if (!pace.isDue(every)) return;
        try {
            OpenHolds open = book.openHolds(partitions);
            metrics.held(open);
            every = open.reservations() == 0 ? LOOK_EVERY : SUM_EVERY;
        } catch (SQLException fault) {
            metrics.held(null);
            every = SUM_EVERY;
            log.warn("what is held is not known: {}", fault.toString());
        }
    }
}
