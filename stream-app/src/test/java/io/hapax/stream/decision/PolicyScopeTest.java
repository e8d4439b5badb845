package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.topics.PaymentKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The scopes of policies, and the keys under which they are published. */
class PolicyScopeTest {
    @Test
    void shouldNameScopesAsTheirKeysDo() {
        for (PolicyScope scope : List.of(
                PolicyScope.ALL,
                PolicyScope.ofClient("acme-1.eu_x"),
                PolicyScope.ofOperation("acme", "refund"),
                PolicyScope.ofOperation("acme", "a/b"))) {
            assertEquals(scope, PolicyScope.ofKey(scope.key()).orElseThrow());
        }
        for (String key :
                List.of("", "none", "client/", "client/a b", "operation/acme", "operation//x", "operation/acme/a:b")) {
            assertTrue(PolicyScope.ofKey(key).isEmpty(), key);
        }
    }

    @Test
    void shouldTakeTheOperationFromWhatStandsBeforeTheFirstColonOfTheKey() {
        assertEquals(PolicyScope.ofOperation("acme", "r"), PolicyScope.operationOf(key("acme", "r:1")));
        String longest = "r".repeat(64);
        assertEquals(PolicyScope.ofOperation("acme", longest), PolicyScope.operationOf(key("acme", longest + ":1:2")));
        for (String none : List.of("order-1", ":1", longest + "r:1")) {
            assertNull(PolicyScope.operationOf(key("acme", none)), none);
        }
    }

    @Test
    void shouldNameOnlyOperationsThatKeysCanName() {
        String longest = "r".repeat(64);
        for (String operation : List.of("r", "a/b", longest)) {
            assertTrue(PolicyScope.isOperation(operation), operation);
        }
        for (String none : List.of("", ":", ":r", "r:", "a b", longest + "r")) {
            assertFalse(PolicyScope.isOperation(none), none);
        }
        assertTrue(PolicyScope.ofKey("operation//refund").isEmpty());
        assertTrue(PolicyScope.ofKey("other/acme/refund").isEmpty());
    }

    private static PaymentKey key(String clientId, String idempotencyKey) {
        return new PaymentKey(clientId, idempotencyKey);
    }
}
