package io.hapax.ledger.posting;

import java.util.Collection;
import java.util.Set;

/** The owners of an account: the clients that may debit it. */
public sealed interface Owners {
    /** Owners of an account that every client may debit. */
    Owners ANYBODY = new Anybody();

    /** Owners of an account that no client may debit. */
    Owners NOBODY = new Named(Set.of());

    /** True if the client may debit the account. */
    boolean include(String clientId);

    static Owners named(Collection<String> clientIds) {
        return new Named(Set.copyOf(clientIds));
    }

    /** All clients. */
    record Anybody() implements Owners {
        @Override
        public boolean include(String clientId) {
            return true;
        }
    }

    /** The clients that are named, by their ids. */
    record Named(Set<String> clientIds) implements Owners {
        @Override
        public boolean include(String clientId) {
            return clientIds.contains(clientId);
        }
    }
}
