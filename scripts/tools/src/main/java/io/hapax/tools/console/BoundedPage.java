package io.hapax.tools.console;

import io.hapax.tools.cli.PlainReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A page that always answers in time. A part that is away, or that does not answer, is told as what the page can't
 * see.
 */
final class BoundedPage implements Page {
    /** Looks at one page that go on at once. Those that wait for a part that is away must not pile up. */
    private static final int AT_ONCE = 3;

    private static final ExecutorService LOOKS = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("console-look-", 0).factory());

    private final Page page;
    private final Duration within;
    private final Semaphore free = new Semaphore(AT_ONCE);

    BoundedPage(Page page, Duration within) {
        this.page = page;
        this.within = within;
    }

    @Override
    public View look(Map<String, String> asked) {
        if (!free.tryAcquire()) {
            return blind("earlier looks at this page still wait for an answer");
        }
        Future<View> look = LOOKS.submit(() -> {
            try {
                return page.look(asked);
            } finally {
                free.release();
            }
        });
        try {
            return look.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            look.cancel(true);
            return blind("no answer within " + within.toSeconds() + " s");
        } catch (ExecutionException e) {
            return blind(words(e.getCause()));
        } catch (InterruptedException e) {
            look.cancel(true);
            Thread.currentThread().interrupt();
            return blind("interrupted");
        }
    }

    private static String words(Throwable cause) {
        return cause instanceof Exception failure ? PlainReason.of(failure) : "the console is out of memory";
    }

    private static View blind(String why) {
        return new View(List.of(), List.of(why));
    }
}
