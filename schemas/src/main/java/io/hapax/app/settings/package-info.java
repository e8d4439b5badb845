/** The settings of an app: they are read once, into a typed record, and one message names every mistake. */
@NullMarked
package io.hapax.app.settings;

import org.jspecify.annotations.NullMarked;
