-- Suspected duplicates: equal payments under another key, within a window that the client asked for.

ALTER TABLE payments
    ADD COLUMN duplicate_of text,
    ADD CONSTRAINT payments_duplicate_of CHECK (duplicate_of IS NULL OR coalesce(failure_reason, '') = 'SUSPECTED_DUPLICATE');

COMMENT ON COLUMN payments.duplicate_of IS
    'With SUSPECTED_DUPLICATE: idempotency key of the equal payment that the same client made before. Null if another did.';

CREATE TABLE recent_payments (
    likeness        uuid    PRIMARY KEY,
    event_partition integer NOT NULL,
    client_id       text    NOT NULL,
    idempotency_key text    NOT NULL,
    at_ms           bigint  NOT NULL,
    until_ms        bigint  NOT NULL CHECK (until_ms > at_ms)
);
CREATE INDEX recent_payments_over ON recent_payments (event_partition, until_ms);

COMMENT ON TABLE recent_payments IS
    'The latest completed payment of each likeness among those whose clients asked for a window, until that is over. Nothing '
    'is lost that a payment needs when it is emptied: only duplicates of what was in it are not suspected any more.';
COMMENT ON COLUMN recent_payments.likeness IS
    'First half of the SHA-256 of partition of ledger-events, amount, debtor, creditor, currency and reference.';
COMMENT ON COLUMN recent_payments.at_ms IS 'Time of the partition of ledger-events when it was posted, in epoch milliseconds.';
COMMENT ON COLUMN recent_payments.until_ms IS 'When the window is over, by the same clock.';

GRANT SELECT, INSERT, UPDATE, DELETE ON recent_payments TO hapax_ledger;
