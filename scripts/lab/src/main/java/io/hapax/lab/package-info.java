/**
 * The proofs of Hapax: demo, benchmarks, simulation and traffic model. They share one command line with the tools.
 */
@NullMarked
package io.hapax.lab;

import org.jspecify.annotations.NullMarked;
