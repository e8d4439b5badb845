/**
 * A seeded model of many clients and their keys over weeks: honest retries of several kinds, outages, and planted
 * misuse. The start and the cause of each misuse are known. The program's own rule decides the commands. See
 * docs/insight.md.
 */
@NullMarked
package io.hapax.lab.traffic;

import org.jspecify.annotations.NullMarked;
