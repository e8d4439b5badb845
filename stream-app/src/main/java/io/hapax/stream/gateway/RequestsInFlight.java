package io.hapax.stream.gateway;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Requests that are dealt with at this moment. There is a limit for all of them, and a lower one for those of one
 * client, so that one client alone cannot take every place.
 */
final class RequestsInFlight {
    private final int most;
    private final int mostOfOneClient;
    private final Semaphore free;
    private final ConcurrentMap<String, Semaphore> freeByClient = new ConcurrentHashMap<>();

    /** The work for a request while it has its place. */
    interface Work {
        Reply reply() throws InterruptedException;
    }

    RequestsInFlight(int most, int mostOfOneClient) {
        this.most = most;
        this.mostOfOneClient = mostOfOneClient;
        this.free = new Semaphore(most);
    }

    /** Those that hold a place of all clients' places. */
    int count() {
        return most - free.availablePermits();
    }

    /** The number of places that the client has left. */
    int freeOf(String client) {
        Semaphore places = freeByClient.get(client);
        return places == null ? mostOfOneClient : places.availablePermits();
    }

    /** Within the client's own share, from its credentials to its answer: its bodies on their way count. */
    Reply ofClient(String client, Work work) throws InterruptedException {
        return within(
                freeByClient.computeIfAbsent(client, name -> new Semaphore(mostOfOneClient)),
                Problem.TOO_MANY_IN_FLIGHT,
                work);
    }

    /** Within the limit for all clients. A request whose body is on its way takes no place yet. */
    Reply ofAll(Work work) throws InterruptedException {
        return within(free, Problem.OVERLOADED, work);
    }

    /** Takes all places for good; false if some were not given back in time. */
    boolean drain(Duration within) throws InterruptedException {
        return free.tryAcquire(most, within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Reply within(Semaphore free, Problem none, Work work) throws InterruptedException {
        if (!free.tryAcquire()) {
            return Reply.problem(none);
        }
        try {
            return work.reply();
        } finally {
            free.release();
        }
    }
}
