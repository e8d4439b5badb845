/**
 * The check of a storm's run: a function of the run's folder alone. It shares nothing with the apps, and nothing with
 * their own verification, so that a mistake of theirs is not its own. Start with
 * {@link io.hapax.storm.check.StormCheck}.
 */
@NullMarked
package io.hapax.storm.check;

import org.jspecify.annotations.NullMarked;
