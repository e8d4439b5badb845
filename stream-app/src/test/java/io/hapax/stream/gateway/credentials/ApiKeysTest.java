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
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** A key up to the value of its debtors. */
    private static final String NARROWED =
            "{\"keys\":[{\"id\":\"1\",\"client\":\"a\",\"sha256\":\"HASH\",\"scopes\":[],\"createdAt\":\"2026-01-02T03:04:05Z\",\"debtors\":";

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

    @ParameterizedTest
    @CsvSource({
        "alice, true",
        "Alice, false",
        "alice2, false",
        "alic, false",
        "shop-, true",
        "shop-1, true",
        "shop-*, true",
        "shop, false",
        "my-shop-1, false",
        "a*b, true",
        "axb, false",
        "'', false"
    })
    void shouldDebitTheAccountsThatItNamesAndThoseThatBeginAsItSays(String account, boolean included) {
        Debtors debtors = new Debtors(Set.of("alice", "shop-*", "a*b"));
        assertEquals(included, debtors.include(account));
        assertTrue(Debtors.ANY.include(account));
    }

    @Test
    void shouldKeepAKeyNarrowInTheFileAndWhenItIsRevoked() {
        Debtors debtors = new Debtors(Set.of("alice", "shop-*"));
        ApiKey.Issued narrow = ApiKey.issue("acme", Set.of(Scope.WRITE), debtors, NOW, random);
        file.write(List.of(narrow.key(), second.key()));
        assertEquals(List.of(narrow.key(), second.key()), file.read());
        assertEquals(debtors, narrow.key().revoke(NOW).debtors());
        assertEquals(new Caller.Client("acme", debtors), new ApiKeys(file.read()).caller(narrow.secret(), Scope.WRITE));
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
                "{\"keys\":[{\"id\":\"1\",\"client\":\"a\",\"sha256\":\"HASH\",\"scopes\":[],\"createdAt\":\"2026-01-02T03:04:05Z\",\"revokedat\":\"2026-01-02T03:04:05Z\"}]}",
                NARROWED + "[]}]}",
                NARROWED + "null}]}",
                NARROWED + "\"alice\"}]}",
                NARROWED + "{\"a\":\"alice\"}}]}",
                NARROWED + "[1]}]}",
                NARROWED + "[\"alice\",null]}]}",
                NARROWED + "[\"\"]}]}",
                NARROWED + "[\"*\"]}]}",
                NARROWED + "[\"a b\"]}]}"
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
    void shouldKeepOwnerGroupAndModeOfTheFileThatTheGatewayReads() throws IOException {
        file.write(List.of(first.key()));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        file.write(List.of(first.key().revoke(NOW)));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        assertEquals(List.of(first.key().revoke(NOW)), file.read());
    }

    /** Only root may give a file away, so only root can try. */
    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void shouldKeepAnotherOwnerWhenRootRevokesAKey() throws IOException {
        file.write(List.of(first.key()));
        UserPrincipal nobody =
                path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(path, nobody);
        file.update(keys -> List.of(first.key().revoke(NOW)));
        assertEquals(nobody, Files.getOwner(path));
    }

    @Test
    void shouldWriteWhereALinkPointsTo() throws IOException {
        file.write(List.of(first.key()));
        Path link = Files.createSymbolicLink(path.resolveSibling("link.json"), path);
        new ApiKeyFile(link).update(keys -> List.of(first.key().revoke(NOW)));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(List.of(first.key().revoke(NOW)), file.read());
    }

    @Test
    void shouldLoseNoKeyWhenManyAreMadeAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ApiKey made = issue("client-" + i, Set.of()).key();
                all.add(threads.submit(() -> file.update(
                        keys -> Stream.concat(keys.stream(), Stream.of(made)).toList())));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertEquals(8, file.read().size());
        try (Stream<Path> files = Files.list(path.getParent())) {
            assertEquals(2, files.count(), "only the file and its lock stay");
        }
    }

    /** The gateway's user gets no right to the new file at first, and then it does: nothing but its rights changes. */
    @Test
    void shouldNoticeARevokedKeyOnceTheFileCanBeReadAgainAndSayUntilThenThatItCannot() throws IOException {
        AtomicLong nanos = new AtomicLong();
        file.write(List.of(first.key()));
        WatchedApiKeys watched = new WatchedApiKeys(file, nanos::get);
        assertTrue(watched.check().passes());

        Path hidden = path.resolveSibling("hidden.json");
        file.write(List.of(first.key().revoke(NOW)));
        Files.move(path, hidden);
        Files.createDirectory(path);
        nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
        assertFalse(watched.check().passes());
        assertTrue(
                watched.check().detail().contains(path.toString()),
                watched.check().detail());
        assertEquals(new Caller.Client("acme"), watched.get().caller(first.secret(), Scope.READ));

        Files.delete(path);
        Files.move(hidden, path);
        nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
        assertTrue(watched.check().passes());
        assertEquals(new Caller.Stranger(), watched.get().caller(first.secret(), Scope.READ));
    }

    /**
     * Rights change the time of the status, not of the content: the file looks the same as the one that could not be
     * read.
     */
    @Test
    void shouldTryAFileAgainThatIsTheSameAndCouldNotBeRead() throws IOException {
        AtomicLong nanos = new AtomicLong();
        file.write(List.of(first.key()));
        WatchedApiKeys watched = new WatchedApiKeys(file, nanos::get);
        file.write(List.of(first.key().revoke(NOW)));
        byte[] whole = Files.readAllBytes(path);
        FileTime time = Files.getLastModifiedTime(path);
        byte[] garbled = whole.clone();
        garbled[0] = 'x';
        Files.write(path, garbled);
        Files.setLastModifiedTime(path, time);
        nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
        assertFalse(watched.check().passes());

        Files.write(path, whole);
        Files.setLastModifiedTime(path, time);
        nanos.addAndGet(WatchedApiKeys.LOOKS_EVERY.toNanos());
        assertTrue(watched.check().passes());
        assertEquals(new Caller.Stranger(), watched.get().caller(first.secret(), Scope.READ));
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
