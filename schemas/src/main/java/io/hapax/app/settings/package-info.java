/** Reads an app's settings once, into a typed record, and names every mistake in one message. */
@NullMarked
package io.hapax.app.settings;

import org.jspecify.annotations.NullMarked;
