package io.hapax.ledger.posting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A batch does what its requests would do one by one. On PostgreSQL: BookPropertyTest. */
class PostingBatchTest {
    private static final int BATCHES = 1_000;

    @Test
    void shouldDoWhatItsRequestsDoOneByOne() {
        RandomBatches batches = new RandomBatches(5, 4_000);
        Ledger inSets = new Ledger();
        Ledger oneByOne = new Ledger();
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < BATCHES; i++) {
            List<PostingRequest> batch = batches.next(40);
            List<PostingAnswer> expected = new ArrayList<>();
            int before = inSets.entries.size();
            batch.forEach(request -> expected.addAll(oneByOne.post(List.of(request))));
            assertEquals(expected, inSets.post(batch), "batch " + i);
            assertEquals(from(before, oneByOne.entries), from(before, inSets.entries), "batch " + i);
            assertEquals(oneByOne.accounts, inSets.accounts, "batch " + i);
            expected.forEach(answer -> seen.merge(answer.result().getClass().getSimpleName(), 1, Integer::sum));
        }
        seen.forEach((kind, count) -> assertTrue(count > BATCHES / 2, seen.toString()));
        assertEquals(4, seen.size(), seen.toString());
        assertEquals(0, inSets.entries.stream().mapToLong(Entry::amountMinor).sum());
    }

    /** The entries of one batch: those before it are compared already, and none is ever taken back. */
    private static List<Entry> from(int before, List<Entry> entries) {
        return entries.subList(before, entries.size());
    }

    /** Said outright, beside the comparison above: the second of two payments finds what the first left. */
    @Test
    void shouldLetEachPaymentOfABatchSeeTheBalancesThatThoseBeforeItLeft() {
        Ledger ledger = new Ledger();
        List<PostingRequest> batch = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            batch.add(Requests.request(
                    PostingRequest.Kind.POST,
                    "order-" + i,
                    new PaymentContent("c-poor", "h-poor", 20, "EUR", null),
                    i));
        }
        List<String> settlements = ledger.post(batch).stream()
                .map(answer -> ((PostingResult.Settled) answer.result())
                        .payment()
                        .settlement()
                        .getClass()
                        .getSimpleName())
                .toList();
        assertEquals(List.of("Completed", "Completed", "Failed"), settlements);
        assertEquals(10, ledger.accounts.get("c-poor").balanceMinor());
        assertEquals(40, ledger.accounts.get("h-poor").balanceMinor());
        assertEquals(
                List.of(30L, 20L, 10L, 40L),
                ledger.entries.stream().map(Entry::balanceAfterMinor).toList());
    }

    /** Remembers in memory what a batch says must be written. */
    private static final class Ledger {
        final Map<UUID, RecordedPayment> recorded = new HashMap<>();
        final Map<String, Account> accounts = new TreeMap<>();
        final List<Entry> entries = new ArrayList<>();

        Ledger() {
            open("a-rich", "EUR", true, 0, 10_000);
            open("b-rich", "EUR", true, 0, 10_000);
            open("c-poor", "EUR", true, 0, 50);
            open("d-limit", "EUR", true, 300, 0);
            open("e-closed", "EUR", false, 0, 100);
            open("f-usd", "USD", true, 0, 1_000);
            open("h-poor", "EUR", true, 0, 0);
        }

        private void open(String id, String currency, boolean open, long limit, long balance) {
            accounts.put(id, new Account(id, currency, AccountKind.CUSTOMER, limit, open, balance));
        }

        List<PostingAnswer> post(List<PostingRequest> requests) {
            PostingBatch batch = PostingBatch.decide(requests, recorded, accounts);
            batch.payments().forEach(payment -> recorded.put(payment.request().paymentId(), payment));
            entries.addAll(batch.entries());
            for (BalanceChange change : batch.balances()) {
                accounts.computeIfPresent(
                        change.accountId(), (id, before) -> before.after(change.afterMinor() - before.balanceMinor()));
            }
            return batch.answers();
        }
    }
}
