package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.BALANCES_AS_EXPECTED;
import static io.hapax.storm.check.Invariant.BOOKS_BALANCE;
import static io.hapax.storm.check.Invariant.FAILURES_ARE_TRUE;
import static io.hapax.storm.check.Invariant.LIMITS_HOLD;

import io.hapax.storm.check.RunLog.AccountRow;
import io.hapax.storm.check.RunLog.Entry;
import io.hapax.storm.history.Payload;
import io.hapax.storm.history.RunFacts.OpenedAccount;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The check of money. Sums are of any size: a check that overflows would agree with a ledger that does. */
final class MoneyCheck {
    private final RunLog log;
    private final Findings findings;
    private final Map<String, List<Entry>> entriesOfAccount = new HashMap<>();
    private final Map<String, List<Entry>> entriesOfPayment = new HashMap<>();

    MoneyCheck(RunLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
    }

    void run() {
        for (Entry entry : log.entries) {
            entriesOfAccount
                    .computeIfAbsent(entry.account(), none -> new ArrayList<>())
                    .add(entry);
            entriesOfPayment
                    .computeIfAbsent(entry.paymentId(), none -> new ArrayList<>(2))
                    .add(entry);
        }
        accountsAsOpened();
        balancesAsExpected();
        sumsAreZero();
        entriesArePayments();
        balancesFollow();
        failuresAreTrue();
    }

    private void accountsAsOpened() {
        for (OpenedAccount opened : log.facts.accounts()) {
            AccountRow row = log.accounts.get(opened.id());
            findings.require(
                    row != null
                            && row.currency().equals(opened.currency())
                            && row.limitMinor() == opened.limitMinor()
                            && row.openingMinor() == opened.openingMinor()
                            && row.closed() == opened.closed(),
                    BALANCES_AS_EXPECTED,
                    opened.id(),
                    "is " + row + ", opened as " + opened,
                    "tables/accounts; run.json");
        }
    }

    /** What the accounts must hold: by the openings, and by what clients sent and were told is completed. */
    private void balancesAsExpected() {
        Map<String, BigInteger> expected = new HashMap<>();
        for (OpenedAccount opened : log.facts.accounts()) {
            move(expected, "system:" + opened.currency(), opened.id(), opened.openingMinor());
        }
        for (Story story : log.stories.values()) {
            Payload paid = completed(story);
            if (paid != null) {
                move(expected, paid.debtorAccount(), paid.creditorAccount(), paid.amountMinor());
            }
        }
        log.accounts.forEach((id, account) -> {
            BigInteger due = expected.getOrDefault(id, BigInteger.ZERO);
            findings.require(
                    due.equals(BigInteger.valueOf(account.balanceMinor())),
                    BALANCES_AS_EXPECTED,
                    id,
                    "holds " + account.balanceMinor() + ", expected " + due,
                    "tables/accounts; topics/payment-decisions");
        });
        expected.forEach((id, due) -> findings.require(
                log.accounts.containsKey(id) || due.signum() == 0,
                BALANCES_AS_EXPECTED,
                id,
                "is no account, expected to hold " + due,
                "tables/accounts; topics/payment-decisions"));
    }

    /** What was paid under a name. It counts once, however often it was settled. */
    private @Nullable Payload completed(Story story) {
        for (Decision settled : story.settlements()) {
            Command command = log.commands.get(settled.command());
            if (command != null && settled.result() != null && settled.result().completed()) {
                return command.payload();
            }
        }
        return null;
    }

    private static void move(Map<String, BigInteger> balances, String debtor, String creditor, long amount) {
        balances.merge(debtor, BigInteger.valueOf(amount).negate(), BigInteger::add);
        balances.merge(creditor, BigInteger.valueOf(amount), BigInteger::add);
    }

    private void sumsAreZero() {
        Map<String, BigInteger> sums = new HashMap<>();
        for (Entry entry : log.entries) {
            AccountRow account = log.accounts.get(entry.account());
            sums.merge(
                    account == null ? "no account" : account.currency(),
                    BigInteger.valueOf(entry.amountMinor()),
                    BigInteger::add);
        }
        sums.forEach((currency, sum) -> findings.require(
                sum.signum() == 0, BOOKS_BALANCE, currency, "entries sum to " + sum, "tables/entries"));
    }

    private void entriesArePayments() {
        for (Story story : log.stories.values()) {
            for (Posted posted : story.posted) {
                List<Entry> found = entriesOfPayment.getOrDefault(posted.paymentId(), List.of());
                findings.require(
                        posted.result().completed() ? isBothSides(posted, found) : found.isEmpty(),
                        BOOKS_BALANCE,
                        story.name,
                        posted.result() + " with entries " + found,
                        "tables/entries " + posted.paymentId());
                entriesOfPayment.remove(posted.paymentId());
            }
        }
        entriesOfPayment.forEach((id, strays) ->
                findings.broken(BOOKS_BALANCE, id, "entries of no payment: " + strays, "tables/entries " + id));
    }

    private static boolean isBothSides(Posted posted, List<Entry> entries) {
        Payload paid = posted.payload();
        return entries.size() == 2
                && entries.stream().allMatch(entry -> Objects.equals(entry.entryId(), posted.entryId()))
                && entries.stream().anyMatch(entry -> isSide(entry, paid.debtorAccount(), -paid.amountMinor()))
                && entries.stream().anyMatch(entry -> isSide(entry, paid.creditorAccount(), paid.amountMinor()));
    }

    private static boolean isSide(Entry entry, String account, long amountMinor) {
        return entry.account().equals(account) && entry.amountMinor() == amountMinor;
    }

    private void balancesFollow() {
        log.accounts.forEach((id, account) -> {
            List<Entry> entries = entriesOfAccount.getOrDefault(id, List.of()).stream()
                    .sorted(Comparator.comparingLong(Entry::entryId))
                    .toList();
            findings.require(
                    account.heldMinor() == 0,
                    BOOKS_BALANCE,
                    id,
                    "has " + account.heldMinor() + " held, and nobody reserved anything",
                    "tables/accounts");
            BigInteger balance = BigInteger.ZERO;
            for (Entry entry : entries) {
                balance = balance.add(BigInteger.valueOf(entry.amountMinor()));
                findings.require(
                        balance.equals(BigInteger.valueOf(entry.balanceAfterMinor())),
                        BOOKS_BALANCE,
                        id,
                        "entry " + entry.entryId() + " leaves " + entry.balanceAfterMinor() + ", not " + balance,
                        "tables/entries " + id);
                findings.require(
                        account.isSystem() || entry.balanceAfterMinor() >= -account.limitMinor(),
                        LIMITS_HOLD,
                        id,
                        "entry " + entry.entryId() + " leaves " + entry.balanceAfterMinor() + ", the limit is "
                                + -account.limitMinor(),
                        "tables/entries " + id);
            }
            findings.require(
                    balance.equals(BigInteger.valueOf(account.balanceMinor())),
                    BOOKS_BALANCE,
                    id,
                    "holds " + account.balanceMinor() + ", its entries sum to " + balance,
                    "tables/accounts; tables/entries " + id);
        });
    }

    private void failuresAreTrue() {
        for (Story story : log.stories.values()) {
            for (Posted posted : story.posted) {
                String lie = lieOf(posted);
                findings.require(
                        lie == null,
                        FAILURES_ARE_TRUE,
                        story.name,
                        posted.result() + ": " + lie,
                        "tables/payments " + posted.paymentId() + "; tables/accounts");
            }
        }
    }

    private @Nullable String lieOf(Posted posted) {
        if (posted.isOpening()) {
            return null;
        }
        Payload paid = posted.payload();
        List<String> sides = List.of(paid.debtorAccount(), paid.creditorAccount());
        Result due = reasonOfAccounts(paid, sides);
        if (due != null) {
            return due.equals(posted.result()) ? null : "must be " + due;
        }
        if (posted.result().completed()) {
            return null;
        }
        return switch (String.valueOf(posted.result().reason())) {
            case "INSUFFICIENT_FUNDS" -> isAlwaysRichEnough(paid) ? "the debtor had enough at all times" : null;
            case "BALANCE_OVERFLOW" -> null;
            default -> "no account is a reason for it";
        };
    }

    /** The failure that follows from the accounts alone, whatever they hold. */
    private @Nullable Result reasonOfAccounts(Payload paid, List<String> sides) {
        for (String side : sides) {
            if (!log.accounts.containsKey(side)) return new Result("FAILED", "ACCOUNT_NOT_FOUND", side);
        }
        for (String side : sides) {
            if (account(side).closed()) return new Result("FAILED", "ACCOUNT_CLOSED", side);
        }
        for (String side : sides) {
            if (!account(side).currency().equals(paid.currency())) {
                return new Result("FAILED", "CURRENCY_MISMATCH", side);
            }
        }
        return null;
    }

    private AccountRow account(String id) {
        return Objects.requireNonNull(log.accounts.get(id));
    }

    private boolean isAlwaysRichEnough(Payload paid) {
        AccountRow debtor = account(paid.debtorAccount());
        long poorest = entriesOfAccount.getOrDefault(debtor.id(), List.of()).stream()
                .mapToLong(Entry::balanceAfterMinor)
                .min()
                .orElse(0);
        return debtor.isSystem()
                || BigInteger.valueOf(poorest)
                                .subtract(BigInteger.valueOf(paid.amountMinor()))
                                .compareTo(BigInteger.valueOf(-debtor.limitMinor()))
                        >= 0;
    }
}
