/** What all commands share: options, messages, the screen. */
@NullMarked
package io.hapax.tools.cli;

import org.jspecify.annotations.NullMarked;
