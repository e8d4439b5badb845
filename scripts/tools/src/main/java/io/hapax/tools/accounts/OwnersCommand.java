package io.hapax.tools.accounts;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountOwners;
import io.hapax.ledger.book.AccountRefusedException;
import io.hapax.ledger.book.OwnerChange;
import io.hapax.ledger.book.OwnerList;
import io.hapax.tools.cli.Times;
import io.hapax.tools.trail.Attempt;
import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorOption;
import io.hapax.tools.trail.OperatorTrail;
import io.hapax.tools.trail.OptionalTrail;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command that changes who may debit an account, and shows who changed it before. */
@Command(
        name = "owners",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Changes the owners of an account, the clients that may debit it, or shows all changes.",
            "Each change is recorded for ever, with its reason, your name and the database user. Changing needs the user"
                    + " that owns the tables.",
            "Exit code: 0 done, 1 refused or not found, 2 it could not be done."
        })
final class OwnersCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private AccountsCommand accounts;

    @Parameters(paramLabel = "ID", description = "Id of the account.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Option(
            names = "--add",
            paramLabel = "CLIENT",
            description = "Client that may debit it from now on; may be repeated.")
    private List<String> add = List.of();

    @Option(
            names = "--remove",
            paramLabel = "CLIENT",
            description =
                    "Client that may no longer debit it; may be repeated. What it has reserved it may still capture.")
    private List<String> remove = List.of();

    @Option(
            names = "--unowned",
            description = "Takes all owners away. Then the ledger's setting debtors.unowned says who may debit it.")
    private boolean unowned;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Reason of the change, for the record.")
    private @Nullable String reason;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OperatorOption operator;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OptionalTrail audit;

    @Option(names = "--history", description = "Shows all changes, oldest first, and changes nothing.")
    private boolean history;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws SQLException {
        boolean isChange = !add.isEmpty() || !remove.isEmpty();
        if ((isChange ? 1 : 0) + (unowned ? 1 : 0) + (history ? 1 : 0) != 1) {
            throw new ParameterException(
                    spec.commandLine(), "give either --add and --remove, or --unowned, or --history");
        }
        try (HikariDataSource pool = accounts.database().pool()) {
            return history ? show(pool) : change(pool);
        }
    }

    private int change(HikariDataSource pool) throws SQLException {
        if (reason == null || reason.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--reason: the record needs the reason of the change");
        }
        AccountOwners owners = new AccountOwners(pool);
        AccountOwners.Reason why = new AccountOwners.Reason(reason.strip(), operator.name());
        Intent intent = Intent.ofCommand(operator, "accounts owners", id, reason, asked());
        try (OperatorTrail trail = audit.open(spec.commandLine().getErr());
                Attempt attempt = trail.begin(intent)) {
            try {
                String done = unowned
                        ? owners.disown(id, why)
                                .map(before -> "no longer owned by " + before)
                                .orElse("had no owner")
                        : "owned by " + owners.change(id, add, remove, why);
                out().println(id + ": " + done);
                attempt.done(done);
                return 0;
            } catch (AccountRefusedException | IllegalArgumentException e) {
                out().println("nothing changed: " + e.getMessage());
                attempt.refused("nothing changed: " + e.getMessage());
                return 1;
            }
        }
    }

    private String asked() {
        return unowned ? "take all owners away" : "add " + add + ", remove " + remove;
    }

    private int show(HikariDataSource pool) throws SQLException {
        if (!accounts.isThere(pool, id)) {
            out().println(id + ": not found");
            return 1;
        }
        List<OwnerChange> changes = new AccountOwners(pool).history(id);
        for (OwnerChange change : changes) {
            out().printf(
                            "%s  %s -> %s  by %s (database user %s): %s%n",
                            Times.text(change.changedAt()),
                            words(change.before()),
                            words(change.after()),
                            change.changedBy(),
                            change.databaseUser(),
                            change.reason());
        }
        if (changes.isEmpty()) {
            out().println(id + ": its owners were never changed");
        }
        return 0;
    }

    private static String words(@Nullable OwnerList owners) {
        return owners == null ? "no owner" : owners.toString();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
