package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A ledger that keeps in memory what batches say must be written. */
public final class LedgerInMemory {
    public final Map<UUID, RecordedPayment> recorded = new HashMap<>();
    public final Map<String, Account> accounts = new TreeMap<>();
    public final List<Entry> entries = new ArrayList<>();
    public final Map<Integer, Instant> clocks = new HashMap<>();
    public final Map<UUID, Reservation> open = new HashMap<>();
    public final List<ReservationEnd> ends = new ArrayList<>();
    public final Map<Likeness, Recent> recent = new HashMap<>();
    private final Map<UUID, ReservationEnd.How> ended = new HashMap<>();

    /** Opens an account in EUR. */
    public LedgerInMemory with(String id, long balanceMinor) {
        return with(new Account(id, "EUR", AccountKind.CUSTOMER, 0, true, balanceMinor));
    }

    public LedgerInMemory with(Account account) {
        accounts.put(account.id(), account);
        return this;
    }

    void close(String id) {
        accounts.computeIfPresent(
                id,
                (same, account) -> new Account(
                        id,
                        account.currency(),
                        account.kind(),
                        account.overdraftLimitMinor(),
                        false,
                        account.balanceMinor(),
                        account.heldMinor(),
                        account.owners()));
    }

    /** What the books look up: the payments that are asked about, and named reservations that are not open. */
    private Map<UUID, RecordedPayment> found(List<? extends LedgerInput> inputs) {
        Map<UUID, RecordedPayment> found = new HashMap<>(recorded);
        found.keySet().removeAll(open.keySet());
        for (LedgerInput input : inputs) {
            if (input instanceof PostingRequest request
                    && recorded.get(request.paymentId()) instanceof RecordedPayment payment) {
                found.put(request.paymentId(), payment);
            }
        }
        return found;
    }

    public List<PostingAnswer> post(List<? extends LedgerInput> inputs) {
        PostingBatch batch =
                PostingBatch.decide(inputs, found(inputs), accounts, new Holds(clocks, open, ended), recent);
        batch.payments().forEach(payment -> recorded.put(payment.request().paymentId(), payment));
        entries.addAll(batch.entries());
        for (BalanceChange change : batch.balances()) {
            accounts.computeIfPresent(
                    change.accountId(),
                    (id, before) -> before.after(change.afterMinor() - change.beforeMinor())
                            .holding(change.heldAfterMinor() - change.heldBeforeMinor()));
        }
        recent.putAll(batch.recent());
        clocks.putAll(batch.holds().clocks());
        batch.holds().ends().forEach(end -> {
            open.remove(end.reservationId());
            ended.put(end.reservationId(), end.how());
        });
        batch.holds().open().forEach(each -> open.put(each.id(), each));
        ends.addAll(batch.holds().ends());
        return batch.answers();
    }
}
