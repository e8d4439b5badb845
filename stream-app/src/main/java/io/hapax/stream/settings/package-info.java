/** The app's settings as one typed record, and what of Kafka's settings the guarantee rests on. */
@NullMarked
package io.hapax.stream.settings;

import org.jspecify.annotations.NullMarked;
