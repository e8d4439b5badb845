/** The real parts that a demo or a storm runs on: brokers, registry and database, made ready for the apps. */
@NullMarked
package io.hapax.storm.parts;

import org.jspecify.annotations.NullMarked;
