package io.hapax.ledger.posting;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PostingResult.Settled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The effect of a batch of requests on the ledger: the answers in the order of the requests, and all rows to write.
 * It is the same as if each request had been handled alone, one after the other.
 *
 * @param answers one per request, in their order
 * @param payments payments dealt with for the first time, in order
 * @param entries two per completed payment, in order, debit first
 * @param balances accounts that entries were made on, in the order of their ids
 */
public record PostingBatch(
        List<PostingAnswer> answers,
        List<RecordedPayment> payments,
        List<Entry> entries,
        List<BalanceChange> balances) {

    /**
     * Decides each request in order, seeing what those before it did.
     *
     * @param recorded payments on record among those asked about, by payment id
     * @param accounts accounts named by the requests as they stand before the batch, by account id
     */
    public static PostingBatch decide(
            List<PostingRequest> requests, Map<UUID, RecordedPayment> recorded, Map<String, Account> accounts) {
        Book book = new Book(recorded, accounts);
        List<PostingAnswer> answers = new ArrayList<>(requests.size());
        for (PostingRequest request : requests) {
            answers.add(new PostingAnswer(request, book.apply(request)));
        }
        return new PostingBatch(
                List.copyOf(answers), List.copyOf(book.payments), List.copyOf(book.entries), book.changes(accounts));
    }

    /** The part of the ledger that a batch touches, while it is worked through. */
    private static final class Book {
        private final Map<UUID, RecordedPayment> recorded;
        private final Map<String, Account> accounts;
        private final List<RecordedPayment> payments = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();

        Book(Map<UUID, RecordedPayment> recorded, Map<String, Account> accounts) {
            this.recorded = new HashMap<>(recorded);
            this.accounts = new HashMap<>(accounts);
        }

        PostingResult apply(PostingRequest request) {
            PaymentContent content = request.content();
            PostingResult result = PostingRule.decide(
                    request,
                    recorded.get(request.paymentId()),
                    accounts.get(content.debtorAccount()),
                    accounts.get(content.creditorAccount()));
            if (result instanceof Settled settled) {
                write(settled.payment());
            }
            return result;
        }

        private void write(RecordedPayment payment) {
            recorded.put(payment.request().paymentId(), payment);
            payments.add(payment);
            if (payment.settlement() instanceof Completed) {
                PaymentContent content = payment.request().content();
                enter(payment, content.debtorAccount(), -content.amountMinor());
                enter(payment, content.creditorAccount(), content.amountMinor());
            }
        }

        private void enter(RecordedPayment payment, String accountId, long amountMinor) {
            Account after = requireNonNull(accounts.get(accountId)).after(amountMinor);
            accounts.put(accountId, after);
            entries.add(new Entry(payment.request().paymentId(), accountId, amountMinor, after.balanceMinor()));
        }

        List<BalanceChange> changes(Map<String, Account> before) {
            return entries.stream()
                    .map(Entry::accountId)
                    .distinct()
                    .sorted()
                    .map(id -> new BalanceChange(id, balance(before, id), balance(accounts, id)))
                    .toList();
        }

        private static long balance(Map<String, Account> accounts, String id) {
            return requireNonNull(accounts.get(id)).balanceMinor();
        }
    }
}
