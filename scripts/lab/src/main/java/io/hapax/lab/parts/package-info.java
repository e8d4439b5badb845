/** The real parts that a demo, a measurement or a storm runs on: brokers, registry and database, made ready for apps. */
@NullMarked
package io.hapax.lab.parts;

import org.jspecify.annotations.NullMarked;
