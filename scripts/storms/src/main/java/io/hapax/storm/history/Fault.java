package io.hapax.storm.history;

import java.util.Map;

/**
 * A fault that was made, and what became of it.
 *
 * @param number counts from 1
 * @param kind what was done, such as {@code KILL_STREAM_APP}
 * @param target to whom: names of instances, separated by commas
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
    public Fault {
        healthyMs = Map.copyOf(healthyMs);
    }
}
