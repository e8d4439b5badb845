package io.hapax.ledger.posting;

import io.hapax.ledger.posting.PostingRequest.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Batches from a seed, in which everything collides: few accounts, few payment ids, ids used again for other payments,
 * inquiries, cancels, and what makes no sense.
 */
public final class RandomBatches {
    /** Open, closed, in another currency, poor, with a limit, and one that was never opened. */
    public static final List<String> ACCOUNTS =
            List.of("a-rich", "b-rich", "c-poor", "d-limit", "e-closed", "f-usd", "g-never", "h-poor");

    private final Random random;
    private final int keys;
    private long offset;

    /** @param keys different payment ids */
    public RandomBatches(long seed, int keys) {
        this.random = new Random(seed);
        this.keys = keys;
    }

    /** Of 1 to {@code atMost} requests. */
    public List<PostingRequest> next(int atMost) {
        int size = 1 + random.nextInt(atMost);
        List<PostingRequest> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Kind kind = random.nextInt(6) == 0 ? Kind.INQUIRE : Kind.POST;
            int key = random.nextInt(keys);
            PaymentContent content = content(key);
            batch.add(Requests.request(content.isCancel() ? Kind.POST : kind, "order-" + key, content, ++offset));
        }
        return batch;
    }

    /** The payment of that key, now and then another, or a cancel. */
    private PaymentContent content(int key) {
        if (random.nextInt(15) == 0) return PaymentContent.cancel();
        Random its = random.nextInt(12) == 0 ? random : new Random(key);
        return new PaymentContent(
                ACCOUNTS.get(its.nextInt(ACCOUNTS.size())),
                ACCOUNTS.get(its.nextInt(ACCOUNTS.size())),
                its.nextInt(20) == 0 ? -its.nextInt(2) : 1 + its.nextInt(40),
                its.nextInt(15) == 0 ? "XXX" : its.nextInt(10) == 0 ? "USD" : "EUR",
                its.nextInt(3) == 0 ? "invoice " + key : null);
    }
}
