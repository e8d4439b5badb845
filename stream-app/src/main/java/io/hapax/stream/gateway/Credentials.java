package io.hapax.stream.gateway;

import io.hapax.stream.gateway.credentials.ApiKeys;
import io.hapax.stream.gateway.credentials.ApiKeys.Caller;
import io.hapax.stream.gateway.credentials.Debtors;
import io.hapax.stream.gateway.credentials.Scope;
import java.util.function.Supplier;

/**
 * The check of a request's credentials, {@code Authorization: Bearer KEY}: it finds the client, its scope and its
 * rate limit.
 */
final class Credentials {
    private static final String SCHEME = "Bearer ";

    private final Supplier<ApiKeys> keys;
    private final RateLimits limits;

    /** The result of the check: the client, or why it is sent away. */
    sealed interface Checked {
        /**
         * @param debtors accounts that it may debit
         * @param left number of requests that it may send at once after this one
         */
        record Client(String id, Debtors debtors, int left) implements Checked {}

        /** A client that has sent more requests than it may. */
        record OverRate(String id) implements Checked {}

        record Refused(ClientReply answered) implements Checked {}
    }

    Credentials(Supplier<ApiKeys> keys, RateLimits limits) {
        this.keys = keys;
        this.limits = limits;
    }

    Checked check(HttpCall call, Scope needed) {
        return switch (caller(call.header("Authorization"), needed)) {
            case Caller.Stranger stranger ->
                refused(
                        Reply.problem(Problem.NOT_AUTHENTICATED).with("WWW-Authenticate", "Bearer realm=\"hapax\""),
                        ClientReply.NOBODY);
            case Caller.NotAllowed(var id) -> refused(Reply.problem(Problem.NOT_ALLOWED), id);
            case Caller.Client(var id, var debtors) -> withinItsRate(id, debtors);
        };
    }

    /** True if the same credentials have this scope as well. No request is counted. */
    boolean have(HttpCall call, Scope needed) {
        return caller(call.header("Authorization"), needed) instanceof Caller.Client;
    }

    private Checked withinItsRate(String client, Debtors debtors) {
        int left = limits.take(client);
        return left == TokenBucket.NONE ? new Checked.OverRate(client) : new Checked.Client(client, debtors, left);
    }

    private static Checked refused(Reply reply, String client) {
        return new Checked.Refused(new ClientReply(reply, client));
    }

    private Caller caller(String authorization, Scope needed) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? keys.get().caller(authorization.substring(SCHEME.length()).strip(), needed)
                : new Caller.Stranger();
    }
}
