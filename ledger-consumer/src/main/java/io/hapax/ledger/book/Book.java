package io.hapax.ledger.book;

import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.RecordedPayment;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The book of the ledger: payments, entries and balances in PostgreSQL.
 *
 * <p>Why any number of writers do no harm, at READ COMMITTED, even when they believe that they own the same partition:
 *
 * <ul>
 *   <li><b>Balances.</b> All accounts of a batch are locked before anything is read. The lock waits for whoever holds
 *       an account and then returns its newest committed version; nobody changes it before this database transaction
 *       ends.
 *   <li><b>Payments on record</b> are read after the locks, by a statement of its own, hence with a newer snapshot:
 *       two writers of the same event share its accounts, and the second sees what the first committed. The other
 *       order would read first, wait for the lock and miss it.
 *   <li><b>A first POST is not looked up.</b> Nearly all of them are new. Each leads to an insert unless its payment is
 *       on record, and then the primary key refuses the insert. The batch gives everything back and starts again; now
 *       it reads all payments. An inquiry and a later attempt may be on record as a rule: they are read at once.
 *   <li><b>Last line.</b> Writers can share a payment id and no account: the accounts don't exist, or the same id
 *       comes with another content. Then both insert it, and the primary key makes the second wait for the first. If
 *       the first commits, the second is refused and starts again in the same way. Each such round means that another
 *       writer has got on, or that the first try did not look.
 *   <li><b>No deadlock.</b> Every writer takes what it needs in one and the same order: accounts by id, then payment
 *       ids by id. While it waits for a payment id it holds accounts, but whoever holds that payment id has all its
 *       accounts already. Nothing else is waited for: entries are compared with payments and accounts, which are
 *       never deleted.
 * </ul>
 */
public final class Book {
    private static final int FIRST_ATTEMPT = 1;

    private final DataSource dataSource;

    public Book(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Deals with a batch in one database transaction. When this returns, all of it is durable; when it throws, repeat
     * the batch: whatever became of it, nothing is posted twice and the answers are the same.
     *
     * @return one answer per request, in their order
     */
    public List<PostingAnswer> post(List<PostingRequest> requests) throws SQLException {
        List<PostingRequest> lookedUp =
                requests.stream().filter(Book::mayBeOnRecord).toList();
        Optional<List<PostingAnswer>> answers =
                DatabaseTransaction.run(dataSource, connection -> postWithin(connection, requests, lookedUp));
        while (answers.isEmpty()) {
            answers = DatabaseTransaction.run(dataSource, connection -> postWithin(connection, requests, requests));
        }
        return answers.get();
    }

    /** All but first POSTs, which are new unless an event is read again. */
    private static boolean mayBeOnRecord(PostingRequest request) {
        return request.kind() != PostingRequest.Kind.POST || request.attempt() != FIRST_ATTEMPT;
    }

    /** The same with all payments looked up. */
    static Optional<List<PostingAnswer>> postWithin(Connection connection, List<PostingRequest> requests)
            throws SQLException {
        return postWithin(connection, requests, requests);
    }

    /**
     * Empty if one of the payments that were not looked up is on record, or if another writer was first with one: then
     * the database transaction must be given up.
     *
     * @param lookedUp requests whose payments are looked up; of the others, none may be an inquiry
     */
    static Optional<List<PostingAnswer>> postWithin(
            Connection connection, List<PostingRequest> requests, List<PostingRequest> lookedUp) throws SQLException {
        LockedAccounts accounts = AccountRows.lock(connection, accountsOf(requests));
        Map<UUID, RecordedPayment> recorded = lookedUp.isEmpty() ? Map.of() : PaymentRows.find(connection, lookedUp);
        PostingBatch batch = PostingBatch.decide(requests, recorded, accounts.byId());
        EntryIds ids = EntryIds.take(connection, batch.payments());
        if (!PaymentRows.insert(connection, batch.payments(), ids)) return Optional.empty();
        EntryRows.insert(connection, batch.entries(), ids);
        AccountRows.setBalances(connection, accounts, batch.balances());
        return Optional.of(batch.answers());
    }

    private static SortedSet<String> accountsOf(List<PostingRequest> requests) {
        SortedSet<String> ids = new TreeSet<>();
        for (PostingRequest request : requests) {
            ids.add(request.content().debtorAccount());
            ids.add(request.content().creditorAccount());
        }
        return ids;
    }
}
