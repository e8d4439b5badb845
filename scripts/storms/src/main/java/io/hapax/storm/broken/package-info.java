/**
 * The negative controls of a storm: the real apps, each with one thing broken in code. A storm that passes with one of
 * them proves nothing. Start with {@link io.hapax.storm.broken.Broken}.
 */
@NullMarked
package io.hapax.storm.broken;

import org.jspecify.annotations.NullMarked;
