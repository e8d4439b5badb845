package io.hapax.lab.traffic;

import io.hapax.insight.Cause;

/**
 * A misuse that the model plants, so that its facts are known.
 *
 * @param beginMs time at which its first command is sent
 * @param endMs latest time at which its last command is sent
 */
record Planted(String clientId, Cause cause, long beginMs, long endMs) {}
