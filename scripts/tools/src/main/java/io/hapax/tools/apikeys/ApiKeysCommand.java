package io.hapax.tools.apikeys;

import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.tools.cli.Needed;
import io.hapax.tools.cli.PlainFailure;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command that makes, lists and revokes the API keys of the gateway's clients. Running gateways read a change
 * within a second.
 */
@Command(
        name = "api-keys",
        mixinStandardHelpOptions = true,
        description = "Makes, lists and revokes the API keys of clients; running gateways read the file again when it"
                + " changes.")
public final class ApiKeysCommand {
    @Option(
            names = "--file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description =
                    "The file that the gateway's setting gateway.api.keys names. Needed. It holds hashes, no secrets.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes a key and prints it, once. To replace a key: create the second, hand it out, revoke the first.",
                "A client may have " + ApiKeyFile.LIVE_PER_CLIENT + " live keys."
            })
    int create(
            @Option(
                            names = "--client",
                            required = true,
                            description = "Whose payments it makes: 1 to 64 of A-Z a-z 0-9 . _ -")
                    String client,
            @Option(
                            names = "--scopes",
                            split = ",",
                            defaultValue = "READ,WRITE",
                            description = "What it allows: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    Set<Scope> scopes) {
        ApiKey.Issued issued = ApiKey.issue(client, EnumSet.copyOf(scopes), now(), new SecureRandom());
        new ApiKeyFile(file())
                .update(keys ->
                        Stream.concat(keys.stream(), Stream.of(issued.key())).toList());
        say(issued.secret());
        return 0;
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Ends a key for good. Exit code: 0 revoked, 1 there is no such live key.")
    int revoke(@Parameters(paramLabel = "ID", description = "The middle part of the key: hapax_ID_...") String id) {
        AtomicBoolean live = new AtomicBoolean();
        existing()
                .update(keys -> keys.stream()
                        .map(key -> {
                            if (!key.id().equals(id) || !key.isLive()) {
                                return key;
                            }
                            live.set(true);
                            return key.revoke(now());
                        })
                        .toList());
        say(live.get() ? "revoked " + id : "there is no live key " + id);
        return live.get() ? 0 : 1;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all keys, without their secrets.")
    int list() {
        for (ApiKey key : existing().read()) {
            say("%s  %-20s  %-13s  created %s%s"
                    .formatted(
                            key.id(),
                            key.client(),
                            String.join(
                                    ",",
                                    key.scopes().stream()
                                            .map(Scope::name)
                                            .sorted()
                                            .toList()),
                            key.createdAt(),
                            key.isLive() ? "" : "  revoked " + key.revokedAt()));
        }
        return 0;
    }

    private Path file() {
        return Needed.value(file, "--file", spec);
    }

    /** Only {@code create} makes a file: any other that is missing is a slip of the pen. */
    private ApiKeyFile existing() {
        ApiKeyFile keys = new ApiKeyFile(file());
        if (!keys.exists()) {
            throw new PlainFailure("--file " + file() + ": there is no such file");
        }
        return keys;
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
