package io.hapax.ledger.book;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.Holds;
import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.Owners;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Reservation;
import io.hapax.ledger.posting.ReservationEnd;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
 *       comes with another content or as a cancel. Then both insert it, and the primary key makes the second wait for
 *       the first. If the first commits, the second is refused and starts again in the same way. Each such round means
 *       that another writer has got on, or that the first try did not look.
 *   <li><b>Clocks.</b> The clocks of the partitions of a batch are locked before all else. So two writers of one
 *       partition take turns, and a reservation is opened and ended by one of them at a time.
 *   <li><b>No deadlock.</b> Every writer takes what it needs in one and the same order: clocks by partition, accounts
 *       by id, then payment ids by id. While it waits for a payment id it holds accounts, but whoever holds that
 *       payment id has all its accounts already. Nothing else is waited for: entries are compared with payments and
 *       accounts, which are never deleted.
 * </ul>
 */
public final class Book {
    private static final int FIRST_ATTEMPT = 1;

    private final DataSource dataSource;
    private final Owners unowned;
    private final Consumer<List<ReservationEnd>> ended;

    /** A book whose accounts every client may debit, unless they have owners. */
    public Book(DataSource dataSource) {
        this(dataSource, Owners.ANYBODY, ends -> {});
    }

    /**
     * @param unowned who may debit accounts that nobody owns
     * @param ended told of the reservations that a batch ended, once that is durable
     */
    public Book(DataSource dataSource, Owners unowned, Consumer<List<ReservationEnd>> ended) {
        this.dataSource = dataSource;
        this.unowned = unowned;
        this.ended = ended;
    }

    /**
     * Deals with a batch in one database transaction. When this returns, all of it is durable; when it throws, repeat
     * the batch: whatever became of it, nothing is posted twice and the answers are the same.
     *
     * @return one answer per request, in their order
     */
    public List<PostingAnswer> post(List<? extends LedgerInput> inputs) throws SQLException {
        BatchNames names = BatchNames.of(inputs);
        Optional<PostingBatch> posted = DatabaseTransaction.run(
                dataSource, connection -> postWithin(connection, inputs, names, lookedUp(inputs), unowned));
        while (posted.isEmpty()) {
            ClockRows.begin(dataSource, names.times().keySet());
            posted = DatabaseTransaction.run(
                    dataSource, connection -> postWithin(connection, inputs, names, names.payments(), unowned));
        }
        ended.accept(posted.get().holds().ends());
        return posted.get().answers();
    }

    /** What is held on these partitions. It takes the longer the more is open, so posting must not wait for it. */
    public OpenHolds openHolds(Collection<Integer> partitions) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return HoldRows.sums(connection, partitions);
        }
    }

    /**
     * When the holds of those partitions end that have any. It takes as long however many are open.
     *
     * @param over the time by which some may be over
     * @param atMost of these, so many are looked at in each partition
     */
    public Map<Integer, HoldTimes> holdTimes(Collection<Integer> partitions, Instant over, int atMost)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return HoldRows.times(connection, partitions, over, atMost);
        }
    }

    /** Payments that may be on record. */
    private static Set<UUID> lookedUp(List<? extends LedgerInput> inputs) {
        Set<UUID> ids = new HashSet<>();
        for (LedgerInput input : inputs) {
            if (input instanceof PostingRequest request && mayBeOnRecord(request)) {
                ids.add(request.paymentId());
            }
        }
        return ids;
    }

    /** All but first POSTs, which are new unless an event is read again. A cancel is of a key of any age. */
    private static boolean mayBeOnRecord(PostingRequest request) {
        return request.kind() != PostingRequest.Kind.POST
                || request.attempt() != FIRST_ATTEMPT
                || request.content().isCancel();
    }

    /** The same with all payments looked up, for opening balances. No client asks for them: owners do not matter. */
    static Optional<List<PostingAnswer>> postWithin(Connection connection, List<PostingRequest> requests)
            throws SQLException {
        BatchNames names = BatchNames.of(requests);
        return postWithin(connection, requests, names, names.payments(), Owners.ANYBODY)
                .map(PostingBatch::answers);
    }

    /**
     * Empty if one of the payments that were not looked up is on record, if another writer was first with one, or if a
     * partition has no clock yet: then the database transaction must be given up.
     *
     * @param lookedUp payments that are looked up; of the others, none may be asked about by an inquiry
     */
    private static Optional<PostingBatch> postWithin(
            Connection connection,
            List<? extends LedgerInput> inputs,
            BatchNames names,
            Set<UUID> lookedUp,
            Owners unowned)
            throws SQLException {
        Map<Integer, Instant> clocks = ClockRows.lock(connection, names.times().keySet());
        if (clocks.size() < names.times().size()) return Optional.empty();
        OpenRows open = HoldRows.open(connection, names.reservations());
        LockedAccounts accounts = AccountRows.lock(
                connection, accounts(connection, names, open.byId().values()), unowned);
        Set<UUID> others = new HashSet<>(names.reservations());
        others.removeAll(open.byId().keySet());
        Map<UUID, RecordedPayment> recorded = PaymentRows.find(connection, both(lookedUp, others));
        addOver(connection, open, names, clocks, accounts.byId());
        Holds holds = new Holds(clocks, open.byId(), EndRows.ended(connection, others));
        PostingBatch batch = PostingBatch.decide(inputs, recorded, accounts.byId(), holds);
        EntryIds ids = EntryIds.take(connection, batch.payments());
        if (!PaymentRows.insert(connection, batch.payments(), ids, batch.holds().endedAt())) return Optional.empty();
        EntryRows.insert(connection, batch.entries(), ids);
        HoldRows.write(connection, batch.holds(), open.places());
        AccountRows.setBalances(connection, accounts, batch.balances());
        ClockRows.set(connection, batch.holds().clocks());
        return Optional.of(batch);
    }

    /**
     * All accounts that the batch may change. Those of reservations are read while the clock of their partition is
     * locked. So nobody opens or ends one of this partition in between.
     */
    private static Set<String> accounts(Connection connection, BatchNames names, Collection<Reservation> open)
            throws SQLException {
        if (open.isEmpty() && names.told().isEmpty()) return names.accounts();
        Set<String> accounts = new HashSet<>(names.accounts());
        open.forEach(reservation -> accounts.add(reservation.creditor()));
        for (Map.Entry<Integer, Instant> told : names.told().entrySet()) {
            accounts.addAll(HoldRows.debtorsOver(connection, told.getKey(), told.getValue()));
        }
        return accounts;
    }

    /** Adds the reservations on these accounts that may be over by the end of the batch. As a rule there are none. */
    private static void addOver(
            Connection connection,
            OpenRows open,
            BatchNames names,
            Map<Integer, Instant> clocks,
            Map<String, Account> accounts)
            throws SQLException {
        List<String> debtors = accounts.values().stream()
                .filter(account -> account.heldMinor() > 0)
                .map(Account::id)
                .toList();
        if (debtors.isEmpty()) return;
        Instant until = Stream.concat(clocks.values().stream(), names.times().values().stream())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        if (HoldRows.isOneOver(connection, clocks.keySet(), until)) {
            open.add(HoldRows.over(connection, debtors, until));
        }
    }

    private static Set<UUID> both(Set<UUID> some, Set<UUID> others) {
        if (others.isEmpty()) return some;
        Set<UUID> both = new HashSet<>(some);
        both.addAll(others);
        return both;
    }
}
