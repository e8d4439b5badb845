/** Benchmarks: variants side by side in one run on real parts, compared as ratios. See docs/performance.md. */
@NullMarked
package io.hapax.lab.bench;

import org.jspecify.annotations.NullMarked;
