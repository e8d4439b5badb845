/** What proves: demo, benchmarks, simulation and traffic model, in one command line with the tools. */
@NullMarked
package io.hapax.lab;

import org.jspecify.annotations.NullMarked;
