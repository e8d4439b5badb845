package io.hapax.tools.apikeys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.ApiKeys;
import io.hapax.stream.gateway.credentials.ApiKeys.Caller;
import io.hapax.stream.gateway.credentials.Debtors;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.tools.HapaxRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysCommandTest {
    private Path file;

    @BeforeEach
    void keepFileIn(@TempDir Path folder) {
        file = folder.resolve("api-keys.json");
    }

    @Test
    void shouldRotateAClientsKeyWithoutATimeInWhichNoneWorks() throws IOException {
        String first = create("--client", "acme").strip();
        String second = create("--client", "acme").strip();
        assertEquals(new Caller.Client("acme"), caller(first));
        assertEquals(new Caller.Client("acme"), caller(second));
        assertFalse(Files.readString(file).contains(first), "the file holds a secret");

        HapaxRun third = run("create", "--client", "acme");
        assertEquals(2, third.exitCode());
        assertTrue(third.output().contains("more than 2 live keys of acme"), third.output());

        String id = first.split("_", -1)[1];
        assertEquals(0, run("revoke", id).exitCode());
        assertEquals(1, run("revoke", id).exitCode());
        assertEquals(new Caller.Stranger(), caller(first));
        assertEquals(new Caller.Client("acme"), caller(second));

        String listed = run("list").output();
        assertTrue(listed.contains(id) && listed.contains("revoked"), listed);
        assertFalse(listed.contains(first) || listed.contains(second), "the list shows a secret");
    }

    @Test
    void shouldMakeAKeyForReadingAlone() {
        String key = create("--client", "acme", "--scopes", "READ").strip();
        assertEquals(new Caller.Client("acme"), caller(key));
        assertEquals(new Caller.NotAllowed("acme"), new ApiKeys(new ApiKeyFile(file).read()).caller(key, Scope.WRITE));
    }

    @Test
    void shouldMakeAKeyThatDebitsCertainAccountsAlone() {
        String key = create("--client", "acme", "--debtor", "alice", "--debtor", "shop-*")
                .strip();
        assertEquals(new Caller.Client("acme", new Debtors(Set.of("alice", "shop-*"))), caller(key));
        String listed = run("list").output();
        assertTrue(listed.contains("debits alice, shop-*"), listed);
        HapaxRun any = run("create", "--client", "acme", "--debtor", "*");
        assertEquals(2, any.exitCode(), any.output());
        assertTrue(any.output().contains("nothing created: debtor \"*\""), any.output());
    }

    @Test
    void shouldRefuseAClientIdThatNoCommandMayHave() {
        assertEquals(2, run("create", "--client", "a/b").exitCode());
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldMakeNoFileWhenAKeyIsRevokedOrListedInOneThatIsNotThere() {
        for (String[] arguments : new String[][] {{"revoke", "0123456789ab"}, {"list"}}) {
            HapaxRun run = run(arguments);
            assertEquals(2, run.exitCode(), run.output());
            assertTrue(run.output().contains(file + ": there is no such file"), run.output());
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void shouldMakeNoKeyWhereItCannotBeRecorded() {
        HapaxRun run = run(
                "create", "--client", "acme", "--bootstrap-servers", "127.0.0.1:1", "--registry", "http://127.0.0.1:1");
        assertEquals(2, run.exitCode(), run.output());
        assertFalse(Files.exists(file), "a key was made and not recorded");
    }

    private Caller caller(String key) {
        return new ApiKeys(new ApiKeyFile(file).read()).caller(key, Scope.READ);
    }

    private String create(String... options) {
        HapaxRun run =
                run(Stream.concat(Stream.of("create"), Arrays.stream(options)).toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.output());
        assertTrue(run.output().startsWith("not recorded on operator-audit: "), run.output());
        return run.output().lines().toList().getLast();
    }

    private HapaxRun run(String... arguments) {
        return HapaxRun.of("api-keys", "--file", file.toString()).with(arguments);
    }
}
