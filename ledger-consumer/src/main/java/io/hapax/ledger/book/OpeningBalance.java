package io.hapax.ledger.book;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.topics.LogPosition;
import java.time.Instant;
import java.util.UUID;

/**
 * An account's opening balance: a payment from the system account of its currency, so that entries always sum to zero.
 */
public final class OpeningBalance {
    // No client's id holds a slash, and no client's payment id is a UUID of version 3.
    private static final String CLIENT_ID = "hapax/opening";

    private OpeningBalance() {}

    /** The posting of an account's opening balance, always under the same payment id. */
    public static PostingRequest of(AccountTerms terms, Instant openedAt) {
        return new PostingRequest(
                PostingRequest.Kind.POST,
                UUID.nameUUIDFromBytes((CLIENT_ID + "/" + terms.id()).getBytes(UTF_8)),
                CLIENT_ID,
                terms.id(),
                new PaymentContent(
                        AccountTerms.openingSource(terms.currency()).id(),
                        terms.id(),
                        terms.openingBalanceMinor(),
                        terms.currency(),
                        "opening balance"),
                1,
                openedAt,
                LogPosition.NONE,
                LogPosition.NONE);
    }
}
