/** The command line: one command per class, each named like its script. */
@NullMarked
package io.hapax.tools;

import org.jspecify.annotations.NullMarked;
