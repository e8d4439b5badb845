package io.hapax.stream.decision;

import java.time.Instant;

/**
 * The two clocks of a decision.
 *
 * @param streamTime the broker's append time of the commands, never going back within a task. Everything that decides
 *     whether a payment may happen follows it: no client can move it, and a backlog is judged by when it reached us.
 * @param systemTime this process's clock. Only the lease follows it, which decides when to ask the ledger: a wrong
 *     clock makes us ask early or late, and asking harms nobody.
 */
public record Now(Instant streamTime, Instant systemTime) {}
