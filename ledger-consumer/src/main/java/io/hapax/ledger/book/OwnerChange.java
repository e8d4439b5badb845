package io.hapax.ledger.book;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of the owners of an account, on record for ever.
 *
 * @param number 1 for the first change of the account
 * @param before null if nobody owned it
 * @param after null if nobody owns it from then on
 * @param reason as the operator gave it
 * @param changedBy the operator's name, which nobody has checked
 * @param databaseUser who was logged in at the database
 * @param changedAt by the clock of the database
 */
public record OwnerChange(
        int number,
        @Nullable OwnerList before,
        @Nullable OwnerList after,
        String reason,
        String changedBy,
        String databaseUser,
        Instant changedAt) {}
