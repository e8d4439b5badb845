/** The parts that all commands share: options, messages and output. */
@NullMarked
package io.hapax.tools.cli;

import org.jspecify.annotations.NullMarked;
