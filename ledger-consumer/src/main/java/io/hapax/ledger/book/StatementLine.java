package io.hapax.ledger.book;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of an account's statement.
 *
 * @param entryId place in the statement: larger is later; with gaps
 * @param counterparty account on the other side
 * @param amountMinor minor units, negative for a debit
 * @param balanceAfterMinor balance once this line counts
 * @param reference free text of the payment
 */
public record StatementLine(
        long entryId,
        Instant recordedAt,
        UUID paymentId,
        String counterparty,
        long amountMinor,
        long balanceAfterMinor,
        @Nullable String reference) {}
