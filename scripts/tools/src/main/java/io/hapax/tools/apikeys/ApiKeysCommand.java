package io.hapax.tools.apikeys;

import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Debtors;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.tools.cli.Needed;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.trail.Attempt;
import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorOption;
import io.hapax.tools.trail.OperatorTrail;
import io.hapax.tools.trail.OptionalTrail;
import io.hapax.tools.trail.ReasonOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
        description = {
            "Makes, lists and revokes the API keys of clients, for operators of the gateway.",
            "Running gateways read the file again after each change.",
            "Exit code: 0 done, 1 there is no such live key, 2 it could not be done."
        })
public final class ApiKeysCommand {
    @Option(
            names = "--file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "File of the keys, named by the gateway's setting gateway.api.keys. Needed. It holds"
                    + " hashes of keys, not the keys.")
    private @Nullable Path file;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes a key and prints it. The key is never shown again.",
                "To replace a key: create a second key, give it to the client, revoke the first key.",
                "A client may have " + ApiKeyFile.LIVE_PER_CLIENT + " live keys.",
                "Exit code: 0 created, 2 it could not be done."
            })
    int create(
            @Option(
                            names = "--client",
                            required = true,
                            description = "Client whose payments the key may send: 1 to 64 of A-Z a-z 0-9 . _ -")
                    String client,
            @Option(
                            names = "--scopes",
                            split = ",",
                            defaultValue = "READ,WRITE",
                            description = "Rights of the key: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    Set<Scope> scopes,
            @Option(
                            names = "--debtor",
                            paramLabel = "ACCOUNT",
                            description =
                                    "Account that the key may debit, may be repeated. shop-* stands for all accounts"
                                            + " that begin with shop-. Default: any account.")
                    @Nullable Set<String> debtors,
            @Mixin OperatorOption operator,
            @Mixin ReasonOption reason,
            @Mixin OptionalTrail audit) {
        ApiKey.Issued issued =
                ApiKey.issue(client, EnumSet.copyOf(scopes), debtors(debtors), now(), new SecureRandom());
        Intent intent = Intent.ofCommand(
                operator,
                "api-keys create",
                "key " + issued.key().id() + " of " + client,
                reason.text(),
                "create it in " + file().getFileName());
        try (OperatorTrail trail = audit.open(spec.commandLine().getErr());
                Attempt attempt = trail.begin(intent)) {
            new ApiKeyFile(file())
                    .update(keys -> Stream.concat(keys.stream(), Stream.of(issued.key()))
                            .toList());
            attempt.done("created");
        }
        say(issued.secret());
        return 0;
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = {
                "Revokes a key for ever.",
                "Exit code: 0 revoked, 1 there is no such live key, 2 it could not be done."
            })
    int revoke(
            @Parameters(paramLabel = "ID", description = "Id of the key: the middle part of hapax_ID_...") String id,
            @Mixin OperatorOption operator,
            @Mixin ReasonOption reason,
            @Mixin OptionalTrail audit) {
        AtomicBoolean live = new AtomicBoolean();
        ApiKeyFile file = existing();
        Intent intent = Intent.ofCommand(operator, "api-keys revoke", "key " + id, reason.text(), "revoke it for ever");
        try (OperatorTrail trail = audit.open(spec.commandLine().getErr());
                Attempt attempt = trail.begin(intent)) {
            file.update(keys -> keys.stream()
                    .map(key -> {
                        if (!key.id().equals(id) || !key.isLive()) {
                            return key;
                        }
                        live.set(true);
                        return key.revoke(now());
                    })
                    .toList());
            if (live.get()) {
                attempt.done("revoked");
            } else {
                attempt.refused("there is no such live key");
            }
        }
        say(live.get() ? "revoked " + id : "there is no live key " + id);
        return live.get() ? 0 : 1;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {"Lists all keys, without their secrets.", "Exit code: 0 listed, 2 it could not be done."})
    int list() {
        for (ApiKey key : existing().read()) {
            say("%s  %-20s  %-13s  created %s%s%s"
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
                            key.debtors().names() == null
                                    ? ""
                                    : "  debits "
                                            + String.join(
                                                    ", ",
                                                    new TreeSet<>(key.debtors().names())),
                            key.isLive() ? "" : "  revoked " + key.revokedAt()));
        }
        return 0;
    }

    private Debtors debtors(@Nullable Set<String> names) {
        try {
            return names == null ? Debtors.ANY : new Debtors(names);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "nothing created: " + e.getMessage(), e);
        }
    }

    private Path file() {
        return Needed.value(file, "--file", spec);
    }

    /** The file, which must exist: only {@code create} makes one. A missing file is a typing error. */
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
