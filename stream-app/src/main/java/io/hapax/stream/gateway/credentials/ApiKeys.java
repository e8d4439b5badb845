package io.hapax.stream.gateway.credentials;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All live keys at one moment. */
public final class ApiKeys {
    /**
     * A hash that no key has. A key that nobody has is compared with it, so that the check takes as long as for a key
     * that somebody has.
     */
    private static final byte[] NOBODYS_HASH = new byte[32];

    private final Map<String, ApiKey> live;

    /** The caller of a request, as its key shows. */
    public sealed interface Caller {
        /** A client that may do what it asks for. */
        record Client(String id, Debtors debtors) implements Caller {
            /** A client that may debit any account. */
            public Client(String id) {
                this(id, Debtors.ANY);
            }
        }

        /** A client whose key does not allow what it asks for. */
        record NotAllowed(String id) implements Caller {}

        /** Nobody we know: no key, a wrong or a revoked one. */
        record Stranger() implements Caller {}
    }

    public ApiKeys(List<ApiKey> keys) {
        live = keys.stream()
                .filter(ApiKey::isLive)
                .collect(Collectors.toUnmodifiableMap(ApiKey::id, Function.identity()));
    }

    /** @param sent the key as it was sent */
    public Caller caller(String sent, Scope needed) {
        ApiKey key = live.get(ApiKey.idOf(sent));
        byte[] expected = key == null ? NOBODYS_HASH : HexFormat.of().parseHex(key.sha256());
        boolean matches = MessageDigest.isEqual(expected, ApiKey.hash(sent));
        if (key == null || !matches) {
            return new Caller.Stranger();
        }
        return key.scopes().contains(needed)
                ? new Caller.Client(key.client(), key.debtors())
                : new Caller.NotAllowed(key.client());
    }
}
