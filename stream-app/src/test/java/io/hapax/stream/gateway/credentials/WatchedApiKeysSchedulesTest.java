package io.hapax.stream.gateway.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.gateway.credentials.ApiKeys.Caller;
import io.hapax.stream.schedules.Schedules;
import io.hapax.stream.schedules.Schedules.Scenario;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that look for a changed file of keys, under every schedule of their threads. */
class WatchedApiKeysSchedulesTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final ApiKey.Issued issued = ApiKey.issue("acme", EnumSet.of(Scope.READ), NOW, new SecureRandom());

    @TempDir
    private Path folder;

    /** While one request reads the file, others go on with the keys of before, and none goes back to them. */
    @Test
    void shouldKnowARevokedKeyNoMoreOnceOneRequestHasSeenTheChange() {
        ApiKeyFile file = new ApiKeyFile(folder.resolve("api-keys.json"));
        Schedules.allHold(() -> {
            file.write(List.of(issued.key()));
            AtomicLong nanos = new AtomicLong();
            WatchedApiKeys watched = new WatchedApiKeys(file, nanos::get);
            Scenario requests = () -> {
                boolean revoked = false;
                for (int request = 0; request < 3; request++) {
                    boolean known = isKnown(watched);
                    assertFalse(known && revoked, "a revoked key is known again");
                    revoked = !known;
                }
            };
            Schedules.together(requests, requests, () -> {
                file.write(List.of(issued.key().revoke(NOW)));
                nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
                assertTrue(watched.check().passes());
            });
            nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
            assertFalse(isKnown(watched));
        });
    }

    private boolean isKnown(WatchedApiKeys watched) {
        Caller caller = watched.get().caller(issued.secret(), Scope.READ);
        if (caller instanceof Caller.Stranger) {
            return false;
        }
        assertEquals(new Caller.Client("acme"), caller);
        return true;
    }
}
