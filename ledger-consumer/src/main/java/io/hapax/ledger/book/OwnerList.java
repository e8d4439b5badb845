package io.hapax.ledger.book;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The owners of an account as they are recorded.
 *
 * @param clientIds 1 to 16 ids of clients, sorted, each once
 */
public record OwnerList(List<String> clientIds) {
    /** Owners of one account at most. */
    public static final int MOST = 16;

    /** Of any other id no command is accepted. */
    private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** @throws IllegalArgumentException if these can't be the owners of an account */
    public OwnerList {
        clientIds = List.copyOf(new TreeSet<>(clientIds));
        for (String id : clientIds) {
            if (!CLIENT_ID.matcher(id).matches()) {
                throw new IllegalArgumentException(
                        "owner \"" + id + "\" is no id of a client: 1 to 64 of A-Z a-z 0-9 . _ -");
            }
        }
        if (clientIds.isEmpty() || clientIds.size() > MOST) {
            throw new IllegalArgumentException(
                    "an account has 1 to " + MOST + " owners, and these are " + clientIds.size());
        }
    }

    static OwnerList of(Collection<String> clientIds) {
        return new OwnerList(List.copyOf(clientIds));
    }

    @Override
    public String toString() {
        return String.join(", ", clientIds);
    }
}
