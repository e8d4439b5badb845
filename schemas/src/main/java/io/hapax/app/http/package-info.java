/** The HTTP server of gateway and admin port, and what it lets its callers take. */
@NullMarked
package io.hapax.app.http;

import org.jspecify.annotations.NullMarked;
