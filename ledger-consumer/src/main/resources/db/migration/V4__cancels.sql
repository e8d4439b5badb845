-- Cancels: a payment id under which nothing is ever to be done.

-- A cancel is a row like all others: one primary key for all of them, so that whoever comes second finds the first. It
-- has failed from the start, so it has no entries, and nothing can be held or captured under its id.
ALTER TABLE payments
    DROP CONSTRAINT payments_step,
    ADD CONSTRAINT payments_step
        CHECK (coalesce(step, 'RESERVE') IN ('RESERVE', 'CAPTURE', 'VOID', 'CANCEL')
               AND (coalesce(step, '') = 'RESERVE') = (hold_ms IS NOT NULL)
               AND (coalesce(step, '') = 'RESERVE') = (multiple IS NOT NULL)
               AND (coalesce(step, '') IN ('CAPTURE', 'VOID')) = (reservation_id IS NOT NULL)
               AND (coalesce(step, '') = 'CAPTURE') = (more_will_follow IS NOT NULL)),
    ADD CONSTRAINT payments_cancelled
        CHECK ((coalesce(step, '') = 'CANCEL') = (coalesce(failure_reason, '') = 'CANCELLED')),
    -- Whom it might have paid is not known.
    ADD CONSTRAINT payments_cancel_says_nothing
        CHECK (coalesce(step, '') <> 'CANCEL' OR (debtor_account = '' AND creditor_account = '' AND amount_minor = 0
                                                  AND currency = '' AND reference IS NULL AND failed_account IS NULL));

COMMENT ON COLUMN payments.step IS
    'RESERVE (completed: the amount is held), CAPTURE (completed: it moved), VOID (completed: it is free) or CANCEL '
    '(failed: nothing is ever done under this id). Null: a payment at once.';
