package io.hapax.app.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Checks that ask the network, made again and again, each on a thread of its own, so that whoever asks for the last
 * answer waits for nothing. An answer that is too old counts as a failure: something hangs.
 */
public final class BackgroundChecks implements AutoCloseable {
    /** A question to another system. It throws if there is no answer. */
    @FunctionalInterface
    public interface Question {
        /** Makes the check. Returns the detail of a passed check. An exception is a failed check. */
        String ask() throws Exception;
    }

    private final List<Repeated> repeated = new ArrayList<>();

    /** Adds a check that is made at once and then each time after a pause. */
    @SuppressWarnings("FutureReturnValueIgnored") // A check turns every failure into its answer.
    public BackgroundChecks with(String name, Duration pause, Duration staleAfter, Question question) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                work -> Thread.ofPlatform().name("check-" + name).daemon().unstarted(work));
        Repeated check = new Repeated(name, staleAfter, question, thread);
        thread.scheduleWithFixedDelay(check, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
        repeated.add(check);
        return this;
    }

    /** The last answers. */
    public List<Check> last() {
        return repeated.stream().map(Repeated::last).toList();
    }

    @Override
    public void close() {
        repeated.forEach(check -> check.thread.shutdownNow());
    }

    private static final class Repeated implements Runnable {
        private final Duration staleAfter;
        private final Question question;
        private final ScheduledExecutorService thread;

        private volatile Check last;
        private volatile long answeredNanos = System.nanoTime();

        Repeated(String name, Duration staleAfter, Question question, ScheduledExecutorService thread) {
            this.staleAfter = staleAfter;
            this.question = question;
            this.thread = thread;
            this.last = Check.failed(name, "not asked yet");
        }

        @Override
        public void run() {
            last = answer();
            answeredNanos = System.nanoTime();
        }

        private Check answer() {
            String name = last.name();
            try {
                return Check.passed(name, question.ask());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Check.failed(name, "no longer asked");
            } catch (Exception e) { // Whatever it is, it is the answer.
                return Check.failed(name, String.valueOf(e.getMessage() == null ? e : e.getMessage()));
            }
        }

        Check last() {
            Check known = last;
            long ageSeconds =
                    Duration.ofNanos(System.nanoTime() - answeredNanos).toSeconds();
            return known.passes() && ageSeconds >= staleAfter.toSeconds()
                    ? Check.failed(known.name(), "no answer for " + ageSeconds + " s")
                    : known;
        }
    }
}
