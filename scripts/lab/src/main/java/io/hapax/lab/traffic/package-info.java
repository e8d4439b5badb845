/**
 * A seeded model of how many clients use their keys over weeks: honest retries of several kinds, outages, and planted
 * misuse whose begin and cause are known. Documented in docs/insight.md. What is decided on its commands, the
 * program's own rule decides.
 */
@NullMarked
package io.hapax.lab.traffic;

import org.jspecify.annotations.NullMarked;
