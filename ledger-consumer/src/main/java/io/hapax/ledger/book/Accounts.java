package io.hapax.ledger.book;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult;
import io.hapax.ledger.posting.PostingResult.AlreadySettled;
import io.hapax.ledger.posting.PostingResult.Settled;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.money.Currencies;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The administration of accounts: it opens, closes and shows them. It works while payments are being posted. */
public final class Accounts {
    private final DataSource dataSource;
    private final InstantSource clock;

    public Accounts(DataSource dataSource, InstantSource clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /**
     * Opens accounts in one database transaction: all of them, or none. An account that was opened with the same
     * terms before stays as it is, so that this may be repeated. Opening balances come from the system account of the
     * currency, {@code system:EUR} and the like, which is opened with the first account in it.
     *
     * @throws AccountRefusedException if an account was opened with other terms before, or is named twice with
     *     different terms
     */
    public OpenedAccounts open(Collection<AccountTerms> terms) throws SQLException {
        return open(terms, Map.of(), "");
    }

    /**
     * The same, where some accounts have owners from the beginning. Only the user that owns the tables may do so.
     *
     * @param owners by account id
     * @param openedBy the operator's name, which is recorded with the owners
     * @throws AccountRefusedException also if an account was there before with other owners than those it is to have
     */
    public OpenedAccounts open(Collection<AccountTerms> terms, Map<String, OwnerList> owners, String openedBy)
            throws SQLException {
        Map<String, AccountTerms> byId = byId(terms);
        Optional<OpenedAccounts> opened = Optional.empty();
        while (opened.isEmpty()) {
            opened = DatabaseTransaction.run(
                    dataSource, connection -> openWithin(connection, byId, new TreeMap<>(owners), openedBy));
        }
        return opened.get();
    }

    /**
     * Closes an account for good, whatever its balance: it can no longer pay or be paid. What opening balances come
     * from stays open.
     */
    public Closing close(String id) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (AccountTerms.isReserved(id)) {
                return AccountRows.find(connection, id).isPresent() ? Closing.RESERVED : Closing.NOT_FOUND;
            }
            if (AccountRows.close(connection, id)) return Closing.CLOSED;
            return AccountRows.find(connection, id).isPresent() ? Closing.ALREADY_CLOSED : Closing.NOT_FOUND;
        }
    }

    /**
     * A page of all accounts, in the order of their ids.
     *
     * @param afterId id of the last account of the page before, or empty
     * @param limit accounts at most; a shorter page is the last one for now
     */
    public List<Account> list(String afterId, int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return AccountRows.list(connection, afterId, limit);
        }
    }

    /** The account as it stands; empty if it was never opened. */
    public Optional<Account> find(String id) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return AccountRows.find(connection, id);
        }
    }

    /**
     * A page of an account's statement, oldest line first.
     *
     * @param afterEntryId {@link StatementLine#entryId()} of the last line of the page before, or 0
     * @param limit lines at most; a shorter page is the last one for now
     */
    public List<StatementLine> statement(String id, long afterEntryId, int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return EntryRows.statement(connection, id, afterEntryId, limit);
        }
    }

    private static Map<String, AccountTerms> byId(Collection<AccountTerms> all) {
        Map<String, AccountTerms> byId = new TreeMap<>();
        for (AccountTerms terms : all) {
            AccountTerms other = byId.putIfAbsent(terms.id(), terms.requireName());
            if (other != null && !other.equals(terms)) {
                throw new AccountRefusedException(terms.id(), "is to be opened twice, with different terms");
            }
        }
        return byId;
    }

    private Optional<OpenedAccounts> openWithin(
            Connection connection, Map<String, AccountTerms> wanted, Map<String, OwnerList> owners, String openedBy)
            throws SQLException {
        Map<String, AccountTerms> all = new TreeMap<>(wanted);
        for (AccountTerms terms : wanted.values()) {
            AccountTerms source = AccountTerms.openingSource(terms.currency());
            all.putIfAbsent(source.id(), source);
        }
        Collection<String> inserted = AccountRows.insert(connection, List.copyOf(all.values()));
        refuseOtherTerms(all, AccountRows.terms(connection, all.keySet()));
        refuseWithdrawnCurrencies(wanted, inserted);
        setOwners(connection, owners, inserted, openedBy);

        List<PostingRequest> openings = wanted.values().stream()
                .filter(terms -> terms.openingBalanceMinor() > 0)
                .map(terms -> OpeningBalance.of(terms, clock.instant()))
                .toList();
        Optional<List<PostingAnswer>> answers = Book.postWithin(connection, openings);
        answers.ifPresent(list -> list.forEach(Accounts::refuseUnlessPosted));
        int opened =
                Math.toIntExact(inserted.stream().filter(wanted::containsKey).count());
        return answers.map(posted -> new OpenedAccounts(opened, wanted.size() - opened));
    }

    private static void setOwners(
            Connection connection, Map<String, OwnerList> wanted, Collection<String> inserted, String openedBy)
            throws SQLException {
        if (wanted.isEmpty()) return;
        Map<String, OwnerList> present = OwnerRows.of(connection, wanted.keySet());
        for (Map.Entry<String, OwnerList> each : wanted.entrySet()) {
            String id = each.getKey();
            OwnerList has = present.get(id);
            if (inserted.contains(id)) {
                OwnerRows.change(connection, id, null, each.getValue(), "opened", openedBy);
            } else if (!each.getValue().equals(has)) {
                throw new AccountRefusedException(
                        id,
                        "was opened before, and its owners are " + (has == null ? "none" : has) + ", not "
                                + each.getValue());
            }
        }
    }

    private static void refuseOtherTerms(Map<String, AccountTerms> wanted, Map<String, AccountTerms> agreed) {
        wanted.forEach((id, terms) -> {
            if (!terms.equals(agreed.get(id))) {
                throw new AccountRefusedException(
                        id, "was opened before with other terms: " + agreed.get(id) + ", not " + terms);
            }
        });
    }

    /** Accounts that are there stay as they are. */
    private static void refuseWithdrawnCurrencies(Map<String, AccountTerms> wanted, Collection<String> inserted) {
        wanted.forEach((id, terms) -> {
            if (inserted.contains(id) && !Currencies.isCurrent(terms.currency())) {
                throw new AccountRefusedException(
                        id, "its currency " + terms.currency() + " was withdrawn from ISO 4217");
            }
        });
    }

    private static void refuseUnlessPosted(PostingAnswer opening) {
        if (!isPosted(opening.result())) {
            throw new AccountRefusedException(
                    opening.request().content().creditorAccount(),
                    isTooMuch(opening.result())
                            ? "its opening balance is too large: with it, all opening balances in "
                                    + opening.request().content().currency() + " are more than the ledger can hold"
                            : "its opening balance can't be posted: " + why(opening.result()));
        }
    }

    private static boolean isTooMuch(PostingResult result) {
        return result instanceof Settled(RecordedPayment payment)
                && payment.settlement() instanceof Failed failed
                && failed.reason() == FailureReason.BALANCE_OVERFLOW;
    }

    private static String why(PostingResult result) {
        return switch (result) {
            case Settled(RecordedPayment payment) -> why(payment);
            case AlreadySettled(RecordedPayment payment) -> why(payment);
            case PostingResult.Conflict conflict -> "another opening balance is on record";
            case PostingResult.NotFound notFound -> "it is not on record";
        };
    }

    private static String why(RecordedPayment payment) {
        return switch (payment.settlement()) {
            case Completed completed -> "it is completed";
            case Failed failed -> failed.reason() + " of account " + failed.account();
        };
    }

    private static boolean isPosted(PostingResult result) {
        return switch (result) {
            case Settled(RecordedPayment payment) -> payment.settlement() instanceof Completed;
            case AlreadySettled(RecordedPayment payment) -> payment.settlement() instanceof Completed;
            case PostingResult.Conflict conflict -> false;
            case PostingResult.NotFound notFound -> false;
        };
    }
}
