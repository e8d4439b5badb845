/**
 * The collection of what a storm leaves behind, at its end: topics, tables, answers of every instance, replicas and
 * lags. It reads with plain clients and knows nothing of the apps' code. Start with
 * {@link io.hapax.storm.collect.Collector}.
 */
@NullMarked
package io.hapax.storm.collect;

import org.jspecify.annotations.NullMarked;
