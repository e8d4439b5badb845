/**
 * The records of a storm's run, and the folder that keeps them. Whoever writes a run and whoever checks one know this
 * package. It knows neither of them, and nothing of the apps. Start with {@link io.hapax.storm.history.RunFolder}.
 */
@NullMarked
package io.hapax.storm.history;

import org.jspecify.annotations.NullMarked;
