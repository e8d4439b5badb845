package io.hapax.lab.traffic;

import io.hapax.insight.Cause;

/**
 * A misuse that the model makes happen, and knows.
 *
 * @param beginMs when its first command is sent
 * @param endMs when its last one is, at the latest
 */
record Planted(String clientId, Cause cause, long beginMs, long endMs) {}
