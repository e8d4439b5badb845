package io.hapax.tools.console;

import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorTrail;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of refused tries. It is written behind the answer: a try is refused whether Kafka is there or not. What
 * can't be written is counted in the log.
 */
final class RefusedTries {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedTries.class);
    private static final int AT_ONCE = 20;

    private final Supplier<OperatorTrail> trail;
    private final Semaphore free = new Semaphore(AT_ONCE);

    /** @param trail opens one; each record has its own, since refused tries are few */
    RefusedTries(Supplier<OperatorTrail> trail) {
        this.trail = trail;
    }

    void tell(Intent intent, String why) {
        if (!free.tryAcquire()) {
            LOG.warn("refused action={} not recorded: too many at once", intent.action());
            return;
        }
        Thread.ofPlatform().daemon().name("console-refused").start(() -> {
            try (OperatorTrail open = trail.get()) {
                open.refused(intent, why);
            } catch (RuntimeException e) {
                LOG.warn("refused action={} could not be recorded on operator-audit", intent.action(), e);
            } finally {
                free.release();
            }
        });
    }
}
