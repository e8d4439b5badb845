package io.hapax.stream.gateway.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.gateway.credentials.ApiKeyFile.BrokenException;
import io.hapax.stream.gateway.credentials.ApiKeys.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final SecureRandom random = new SecureRandom();
    private final ApiKey.Issued first = issue("acme", EnumSet.allOf(Scope.class));
    private final ApiKey.Issued second = issue("acme", EnumSet.of(Scope.READ));
    private Path path;
    private ApiKeyFile file;

    @BeforeEach
    void keepFileIn(@TempDir Path folder) {
        path = folder.resolve("api-keys.json");
        file = new ApiKeyFile(path);
    }

    @Test
    void shouldKnowAClientByEitherOfItsKeysAndWhatEachAllows() {
        ApiKeys keys = new ApiKeys(List.of(first.key(), second.key()));
        assertEquals(new Caller.Client("acme"), keys.caller(first.secret(), Scope.WRITE));
        assertEquals(new Caller.Client("acme"), keys.caller(second.secret(), Scope.READ));
        assertEquals(new Caller.NotAllowed("acme"), keys.caller(second.secret(), Scope.WRITE));
    }

    @Test
    void shouldNotTellAWrongSecretFromAnUnknownOrRevokedKey() {
        ApiKeys keys = new ApiKeys(List.of(first.key().revoke(NOW), second.key()));
        String wrongSecret = second.secret().substring(0, second.secret().length() - 1) + "!";
        for (String sent : List.of(
                first.secret(),
                wrongSecret,
                "hapax_0_x",
                "hapax_",
                "",
                second.key().sha256())) {
            assertEquals(new Caller.Stranger(), keys.caller(sent, Scope.READ), sent);
        }
    }

    @Test
    void shouldWriteHashesOnlyForTheOwnerOfTheFileAlone() throws IOException {
        file.write(List.of(first.key().revoke(NOW), second.key()));
        assertEquals(List.of(first.key().revoke(NOW), second.key()), file.read());
        String text = Files.readString(path);
        assertFalse(text.contains(first.secret().substring(19)), text);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void shouldRefuseAThirdLiveKeyOfAClient() {
        List<ApiKey> three =
                List.of(first.key(), second.key(), issue("acme", Set.of()).key());
        assertThrows(BrokenException.class, () -> file.write(three));
        file.write(List.of(first.key().revoke(NOW), second.key(), three.getLast()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]} {\"keys\":[]}",
                "{\"keys\":[{\"id\":\"1\"}]}",
                "{\"keys\":[{\"id\":\"1\",\"client\":\"a/b\",\"sha256\":\"HASH\",\"scopes\":[],\"createdAt\":\"2026-01-02T03:04:05Z\"}]}",
                "{\"keys\":[{\"id\":\"1\",\"client\":\"a\",\"sha256\":\"12\",\"scopes\":[],\"createdAt\":\"2026-01-02T03:04:05Z\"}]}",
                "{\"keys\":[{\"id\":\"1\",\"client\":\"a\",\"sha256\":\"HASH\",\"scopes\":[\"root\"],\"createdAt\":\"2026-01-02T03:04:05Z\"}]}",
                "{\"keys\":[{\"id\":\"1\",\"client\":\"a\",\"sha256\":\"HASH\",\"scopes\":[],\"createdAt\":\"2026-01-02T03:04:05Z\",\"revokedat\":\"2026-01-02T03:04:05Z\"}]}"
            })
    void shouldRefuseAFileThatItDoesNotUnderstand(String text) throws IOException {
        Files.writeString(path, text.replace("HASH", "0".repeat(64)));
        assertThrows(BrokenException.class, file::read);
    }

    @Test
    void shouldNoticeARevokedKeyAndKeepTheOldOnesWhenTheFileBreaks() throws IOException {
        AtomicLong nanos = new AtomicLong();
        file.write(List.of(first.key(), second.key()));
        WatchedApiKeys watched = new WatchedApiKeys(file, nanos::get);
        file.write(List.of(first.key().revoke(NOW), second.key()));
        assertEquals(new Caller.Client("acme"), watched.get().caller(first.secret(), Scope.READ));

        nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
        assertEquals(new Caller.Stranger(), watched.get().caller(first.secret(), Scope.READ));
        assertEquals(new Caller.Client("acme"), watched.get().caller(second.secret(), Scope.READ));

        Files.writeString(path, "{");
        nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
        assertEquals(new Caller.Client("acme"), watched.get().caller(second.secret(), Scope.READ));
    }

    @Test
    void shouldMakeSecretsThatNobodyGuesses() {
        assertTrue(first.secret().matches("hapax_[0-9a-f]{12}_[A-Za-z0-9_-]{43}"), "shape of a key");
        assertFalse(first.secret().equals(second.secret()));
    }

    private ApiKey.Issued issue(String client, Set<Scope> scopes) {
        return ApiKey.issue(client, scopes, NOW, random);
    }
}
