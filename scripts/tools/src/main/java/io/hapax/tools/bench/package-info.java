/** Benchmarks: variants side by side in one run on real parts, compared as ratios. See docs/performance.md. */
@NullMarked
package io.hapax.tools.bench;

import org.jspecify.annotations.NullMarked;
