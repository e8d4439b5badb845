package io.hapax.tools.accounts;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.book.AccountRefusedException;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.Closing;
import io.hapax.ledger.book.OpenedAccounts;
import io.hapax.ledger.book.OwnerList;
import io.hapax.ledger.book.StatementLine;
import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.tools.cli.DatabaseOptions;
import io.hapax.tools.cli.LinesOption;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.Times;
import io.hapax.tools.table.TableRefusedException;
import io.hapax.tools.trail.Attempt;
import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorOption;
import io.hapax.tools.trail.OperatorTrail;
import io.hapax.tools.trail.OptionalTrail;
import io.hapax.tools.trail.ReasonOption;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command that opens, closes and shows the ledger's accounts.
 *
 * <p>More than 300 lines: one short method for each thing that can be asked of accounts, with its options.
 */
@Command(
        name = "accounts",
        mixinStandardHelpOptions = true,
        subcommands = OwnersCommand.class,
        description = {
            "Opens, closes and shows the ledger's accounts, for operators.",
            "Payments may be posted meanwhile.",
            "Exit code: 0 done, 1 refused or not found, 2 it could not be done."
        })
public final class AccountsCommand {
    private static final String LISTED = "%-24s %-8s %-6s %24s %20s%n";
    private static final String STATED = "%12s %-24s %-36s %-24s %20s %20s %s%n";

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "open",
            mixinStandardHelpOptions = true,
            description = {
                "Opens one account, or all accounts of a file.",
                "If one account is refused, none is opened. An account that was opened with the same"
                        + " terms before stays unchanged, so the command may be repeated.",
                "An opening balance is a posting from the system account of the currency.",
                "Exit code: 0 opened, 1 refused, 2 it could not be done."
            })
    int open(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "ID",
                            description = "Id of the account: 1 to 64 visible ASCII characters.")
                    @Nullable String id,
            @Option(
                            names = "--currency",
                            paramLabel = "CODE",
                            description = "Currency of the account, by its code in ISO 4217, such as EUR.")
                    @Nullable String currency,
            @Option(
                            names = "--kind",
                            defaultValue = "CUSTOMER",
                            description =
                                    "Kind of the account: ${COMPLETION-CANDIDATES}. A system account has no limit.")
                    AccountKind kind,
            @Option(
                            names = "--limit",
                            defaultValue = "0",
                            paramLabel = "AMOUNT",
                            description =
                                    "Amount by which the balance may fall below zero, in units such as 12.50. Default: 0.")
                    String limit,
            @Option(
                            names = "--balance",
                            defaultValue = "0",
                            paramLabel = "AMOUNT",
                            description = "Opening balance, in units such as 12.50. Default: 0.")
                    String balance,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description =
                                    "File of accounts to open: CSV with a header, or JSON lines (.jsonl). The columns id and"
                                            + " currency are needed. The columns kind, limit, balance and owners"
                                            + " (ids of clients, with ; between them) are optional.")
                    @Nullable Path file,
            @Option(
                            names = "--owner",
                            paramLabel = "CLIENT",
                            description =
                                    "Client that may debit the account, may be repeated. Default: the account has no"
                                            + " owner. Needs the database user that owns the tables.")
                    @Nullable List<String> owners,
            @Mixin OperatorOption operator,
            @Mixin ReasonOption reason,
            @Mixin OptionalTrail audit)
            throws Exception {
        List<AccountTerms> terms;
        Map<String, OwnerList> owned = Map.of();
        @Nullable AccountFile read = null;
        if (file != null && id == null) {
            refuseBesideFile("--currency", "--kind", "--limit", "--balance", "--owner");
            read = right(() -> AccountFile.read(file));
            terms = read.terms();
            owned = read.owners();
        } else if (id != null && currency != null && file == null) {
            terms = right(() -> List.of(AccountFile.terms(id, currency, kind, limit, balance)));
            owned = owners == null ? Map.of() : right(() -> Map.of(id, new OwnerList(owners)));
        } else {
            throw new ParameterException(spec.commandLine(), "give either an ID with --currency, or --file");
        }
        Intent intent = Intent.ofCommand(
                operator,
                "accounts open",
                id == null ? terms.size() + " accounts of " + file : id,
                reason.text(),
                "open " + terms.size() + (terms.size() == 1 ? " account" : " accounts"));
        try (HikariDataSource pool = database.pool();
                OperatorTrail trail = audit.open(err());
                Attempt attempt = trail.begin(intent)) {
            try {
                OpenedAccounts opened = accounts(pool).open(terms, owned, owned.isEmpty() ? "" : operator.name());
                String done = opened.opened() + " opened, " + opened.alreadyThere() + " were there with the same terms";
                out().println(done);
                attempt.done(done);
                return 0;
            } catch (AccountRefusedException e) {
                out().println("nothing opened: " + (read == null ? "" : read.place(e.accountId())) + e.getMessage());
                attempt.refused("nothing opened: " + e.getMessage());
                return 1;
            }
        }
    }

    @Command(
            name = "close",
            mixinStandardHelpOptions = true,
            description = {
                "Closes an account for ever, whatever its balance.",
                "It can no longer pay or be paid.",
                "Exit code: 0 closed, 1 refused or not found, 2 it could not be done."
            })
    int close(
            @Parameters(paramLabel = "ID", description = "Id of the account.") String id,
            @Mixin OperatorOption operator,
            @Mixin ReasonOption reason,
            @Mixin OptionalTrail audit)
            throws SQLException {
        Intent intent = Intent.ofCommand(operator, "accounts close", id, reason.text(), "close the account for ever");
        try (HikariDataSource pool = database.pool();
                OperatorTrail trail = audit.open(err());
                Attempt attempt = trail.begin(intent)) {
            Closing closing = accounts(pool).close(id);
            out().println(id + ": " + words(closing));
            if (closing == Closing.CLOSED) {
                attempt.done(words(closing));
            } else {
                attempt.refused(words(closing));
            }
            accounts(pool)
                    .find(id)
                    .filter(account -> account.heldMinor() > 0)
                    .ifPresent(account -> out().println(
                                    id + ": " + AccountText.held(account) + "; what is held can still be captured"));
            return closing == Closing.CLOSED || closing == Closing.ALREADY_CLOSED ? 0 : 1;
        }
    }

    private static String words(Closing closing) {
        return switch (closing) {
            case CLOSED -> "closed";
            case ALREADY_CLOSED -> "already closed";
            case NOT_FOUND -> "not found";
            case RESERVED -> "stays open: opening balances in its currency come from it";
        };
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {"Lists accounts in the order of their ids.", "Exit code: 0 listed, 2 it could not be done."})
    int list(
            @Option(
                            names = "--after",
                            defaultValue = "",
                            paramLabel = "ID",
                            description = "Shows only accounts after this id. The account itself need not exist.")
                    String after,
            @Mixin LinesOption lines)
            throws SQLException {
        List<Account> found;
        try (HikariDataSource pool = database.pool()) {
            found = accounts(pool).list(after, lines.lines());
        }
        out().printf(LISTED, "account", "kind", "status", "balance", "down to");
        for (Account account : found) {
            out().printf(
                            LISTED,
                            account.id(),
                            account.kind().name().toLowerCase(Locale.ROOT),
                            account.open() ? "open" : "closed",
                            Money.format(account.balanceMinor(), account.currency()),
                            account.kind() == AccountKind.SYSTEM
                                    ? "no limit"
                                    : Money.format(-account.overdraftLimitMinor(), account.currency()));
        }
        if (found.isEmpty()) {
            out().println(after.isEmpty() ? "no accounts" : "no accounts after " + after);
        } else {
            lines.tellOfMore(out(), found, found.getLast().id());
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows the present terms and balances of accounts.",
                "Exit code: 0 shown, 1 an account was not found, 2 it could not be done."
            })
    int show(@Parameters(arity = "1..*", paramLabel = "ID", description = "Ids of the accounts.") List<String> ids)
            throws SQLException {
        int missing = 0;
        try (HikariDataSource pool = database.pool()) {
            for (String id : ids) {
                Optional<Account> account = accounts(pool).find(id);
                out().println(account.map(AccountText::of).orElse(id + ": not found"));
                missing += account.isPresent() ? 0 : 1;
            }
        }
        return missing == 0 ? 0 : 1;
    }

    @Command(
            name = "statement",
            mixinStandardHelpOptions = true,
            description = {
                "Shows an account's entries, oldest first.",
                "Exit code: 0 shown, 1 the account was not found, 2 it could not be done."
            })
    int statement(
            @Parameters(paramLabel = "ID", description = "Id of the account.") String id,
            @Option(
                            names = "--after",
                            defaultValue = "0",
                            paramLabel = "ENTRY",
                            description =
                                    "Shows only entries after the one with this number. The number is in the first column.")
                    long after,
            @Mixin LinesOption lines)
            throws SQLException {
        try (HikariDataSource pool = database.pool()) {
            Optional<Account> account = accounts(pool).find(id);
            if (account.isEmpty()) {
                out().println(id + ": not found");
                return 1;
            }
            String currency = account.get().currency();
            out().printf(STATED, "entry", "recorded at", "payment", "counterparty", "amount", "balance", "reference");
            List<StatementLine> found = accounts(pool).statement(id, after, lines.lines());
            for (StatementLine line : found) {
                out().printf(
                                STATED,
                                line.entryId(),
                                Times.text(line.recordedAt()),
                                line.paymentId(),
                                line.counterparty(),
                                Money.format(line.amountMinor(), currency),
                                Money.format(line.balanceAfterMinor(), currency),
                                line.reference() == null ? "" : line.reference());
            }
            if (found.isEmpty()) {
                out().println(after == 0 ? "no entries" : "no entries after " + after);
            } else {
                lines.tellOfMore(out(), found, found.getLast().entryId());
            }
            out().println(AccountText.of(account.get()));
            return 0;
        }
    }

    /**
     * Refuses options beside {@code --file}. The file gives these values, so an option would be ignored without a
     * word.
     */
    private void refuseBesideFile(String... options) {
        ParseResult asked = spec.commandLine().getParseResult().subcommand();
        for (String option : options) {
            if (asked != null && asked.hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "nothing opened: " + option + " does not go with --file, which says it itself");
            }
        }
    }

    /** Reads what is to be opened; nothing is opened unless all of it is right. */
    private <T> T right(Callable<T> source) throws Exception {
        try {
            return source.call();
        } catch (IllegalArgumentException | AccountRefusedException | TableRefusedException e) {
            throw new ParameterException(spec.commandLine(), "nothing opened: " + e.getMessage(), e);
        }
    }

    DatabaseOptions database() {
        return database;
    }

    boolean isThere(HikariDataSource pool, String id) throws SQLException {
        return accounts(pool).find(id).isPresent();
    }

    private static Accounts accounts(HikariDataSource pool) {
        return new Accounts(pool, Clock.systemUTC());
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
