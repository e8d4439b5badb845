package io.hapax.app.http;

import java.time.Duration;

/**
 * Bounds on what callers may take before anybody knows who they are.
 *
 * @param connections open at once; beyond that, the one that has waited longest without a request gives way
 * @param headTimeout from the first byte of a request to the end of its headers
 * @param idleTimeout how long a connection may do nothing
 */
public record CallerLimits(int connections, Duration headTimeout, Duration idleTimeout) {
    /** Bytes of request line and headers. A key, credentials and preferences are far below. */
    static final int MOST_HEAD_BYTES = 8 * 1024;
}
