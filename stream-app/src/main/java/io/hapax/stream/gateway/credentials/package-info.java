/** Who is asking: API keys of clients, stored as hashes. */
@NullMarked
package io.hapax.stream.gateway.credentials;

import org.jspecify.annotations.NullMarked;
