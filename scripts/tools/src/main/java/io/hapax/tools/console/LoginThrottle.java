package io.hapax.tools.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A brake on guesses of passwords. After some failures a name, and an address, must wait. Each further failure
 * doubles the wait.
 */
final class LoginThrottle {
    private static final int FREE_OF_A_NAME = 5;
    private static final int FREE_OF_AN_ADDRESS = 20;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    /** Names and addresses that are remembered. The one that failed longest ago gives way. */
    private static final int MOST_KNOWN = 10_000;

    private final InstantSource clock;
    private final Map<String, Failures> known = new LinkedHashMap<>();

    private record Failures(int count, Instant until) {}

    LoginThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /** True while the name or the address must wait. */
    synchronized boolean mustWait(String name, String address) {
        return isWaiting("name " + name) || isWaiting("address " + address);
    }

    synchronized void failed(String name, String address) {
        count("name " + name, FREE_OF_A_NAME);
        count("address " + address, FREE_OF_AN_ADDRESS);
    }

    /** The address keeps its failures: else a person of one login could guess the others'. */
    synchronized void succeeded(String name) {
        known.remove("name " + name);
    }

    private boolean isWaiting(String who) {
        Failures failures = known.get(who);
        return failures != null && clock.instant().isBefore(failures.until());
    }

    private void count(String who, int free) {
        Instant now = clock.instant();
        Failures before = known.remove(who);
        boolean isLongAgo = before == null || before.until().plus(LONGEST_WAIT).isBefore(now);
        int count = isLongAgo ? 1 : before.count() + 1;
        known.put(who, new Failures(count, now.plus(wait(count - free))));
        if (known.size() > MOST_KNOWN) {
            known.remove(known.keySet().iterator().next());
        }
    }

    private static Duration wait(int beyond) {
        if (beyond < 0) {
            return Duration.ZERO;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(beyond, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
