-- What the topics say of payments. Positions are places in the log: partition and offset. KIND and PREFIX_ are replaced.

CREATE KIND TABLE PREFIX_event (
    log_partition     integer NOT NULL,
    log_offset        bigint  NOT NULL,
    kind              text    NOT NULL, -- POST or INQUIRE; in a rebuild also TIME, which tells a time and is about no payment
    payment_id        uuid    NOT NULL,
    client_id         text    NOT NULL,
    idempotency_key   text    NOT NULL,
    debtor_account    text    NOT NULL,
    creditor_account  text    NOT NULL,
    amount_minor      bigint  NOT NULL,
    currency          text    NOT NULL,
    reference         text,
    attempt           integer NOT NULL,
    accepted_at_ms    bigint  NOT NULL,
    command_partition integer NOT NULL,
    command_offset    bigint  NOT NULL,
    step              text,   -- RESERVE, CAPTURE, VOID or CANCEL; null for a payment at once
    reservation_id    uuid,
    hold_ms           bigint,
    multiple          boolean,
    more_will_follow  boolean,
    event_time_ms     bigint  NOT NULL
);

CREATE KIND TABLE PREFIX_outcome (
    log_partition     integer NOT NULL,
    log_offset        bigint  NOT NULL,
    payment_id        uuid    NOT NULL,
    status            text    NOT NULL, -- COMPLETED, FAILED, CONFLICT or NOT_FOUND
    failure_reason    text,
    failed_account    text,
    command_partition integer NOT NULL,
    command_offset    bigint  NOT NULL,
    done_step         text,   -- told to a cancel that came too late: PAYMENT, RESERVE, CAPTURE or VOID
    duplicate_of      text    -- with SUSPECTED_DUPLICATE, if the same client made the payment before
);
