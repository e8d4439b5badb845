package io.hapax.stream.gateway.journey;

import io.hapax.schemas.Verdict;
import io.hapax.topics.LogPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one command that is on its way.
 *
 * <p>Where the command lies is known only when Kafka has taken it, and its decision may be read before that:
 * decisions of the same key are kept until it is known which of them it is. A command that finds its payment in
 * flight has the same payload as the original, so the original's answer is its answer too, as if it had come a moment
 * later. Nothing else of the key is: when the ledger refuses the original, the next payment that is settled under the
 * key is another one.
 */
final class AwaitedDecision {
    /**
     * Decisions of one key between a send and its acknowledgement; when there are more, the oldest is the least
     * likely.
     */
    private static final int MOST_EARLY = 64;

    private final CompletableFuture<Decided> decision = new CompletableFuture<>();
    private final Deque<Decided> early = new ArrayDeque<>();
    private @Nullable LogPosition command;
    private @Nullable Decided inFlight;

    /** Done when there is nothing more to wait for. */
    CompletableFuture<Decided> decision() {
        return decision;
    }

    /** The decision so far of a command whose payment is still in flight; null while there is none. */
    synchronized @Nullable Decided inFlight() {
        return inFlight;
    }

    /** Kafka has taken the command. */
    synchronized void taken(LogPosition origin) {
        command = origin;
        early.forEach(this::offer);
        early.clear();
    }

    /** A decision of the same key has been read. */
    synchronized void offer(Decided read) {
        if (command == null) {
            keep(read);
        } else if (command.equals(read.command())) {
            decided(read);
        } else if (inFlight != null && answersOriginal(read, inFlight)) {
            decision.complete(ofOriginal(read, inFlight));
        }
    }

    private void decided(Decided read) {
        if (read.verdict() == Verdict.IN_FLIGHT) {
            inFlight = read;
        } else {
            decision.complete(read);
        }
    }

    /**
     * The answer that follows from that of the original. Where one of both is a cancel, they have no payload in common:
     * what the original ends with is the answer only if it says what stands under the key. If not, the same request
     * again is answered.
     */
    private static Decided ofOriginal(Decided read, Decided inFlight) {
        if (read.isOfCancel() && !inFlight.isOfCancel() && !read.isCancelled()) {
            return inFlight;
        }
        if (read.verdict() == Verdict.SETTLED) {
            return read.asReplay();
        }
        return inFlight.isOfCancel() ? inFlight : read;
    }

    /** An instance of an earlier version does not name the original: then its settlement is not waited for. */
    private static boolean answersOriginal(Decided read, Decided inFlight) {
        return read.command().equals(inFlight.original());
    }

    private void keep(Decided read) {
        if (early.size() == MOST_EARLY) {
            early.removeFirst();
        }
        early.addLast(read);
    }
}
