package io.hapax.storm.history;

import java.util.Map;

/**
 * A fault that was made, and what became of it.
 *
 * @param number counts from 1
 * @param kind what was done, such as {@code KILL_STREAM_APP}
 * @param target to whom: names of instances, separated by commas; or {@link #FAILED} and why it could not be done
 * @param beganMs when it began
 * @param endedMs when its cause was taken away; instances that were killed are started by then
 * @param recoversWithinMs the time after its end within which everything must be healthy again
 * @param healthyMs when each instance was seen healthy again after the end, by name. An instance that never was, is
 *     missing.
 */
public record Fault(
        int number,
        String kind,
        String target,
        long beganMs,
        long endedMs,
        long recoversWithinMs,
        Map<String, Long> healthyMs) {
    /** The begin of the target of a fault that could not be done to its end. */
    public static final String FAILED = "failed: ";

    public Fault {
        healthyMs = Map.copyOf(healthyMs);
    }

    /** False if it could not be done to its end: then it is no fault of its kind. */
    public boolean happened() {
        return !target.startsWith(FAILED);
    }
}
