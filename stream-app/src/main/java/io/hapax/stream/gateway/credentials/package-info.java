/** The identification of clients by API keys, which are stored as hashes. */
@NullMarked
package io.hapax.stream.gateway.credentials;

import org.jspecify.annotations.NullMarked;
