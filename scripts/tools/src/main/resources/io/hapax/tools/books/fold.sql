-- Beside the tables of log.sql, what is found: in tables that only this session sees.

-- Decisions that name a payment: all but INVALID.
CREATE TEMP TABLE fold_decision (
    log_partition     integer NOT NULL,
    log_offset        bigint  NOT NULL,
    payment_id        uuid    NOT NULL,
    verdict           text    NOT NULL,
    status            text,
    failure_reason    text,
    failed_account    text,
    command_partition integer NOT NULL,
    command_offset    bigint  NOT NULL,
    done_step         text    -- as in an outcome
);

-- Per topic and partition: where the log starts, and up to where what follows must have happened.
CREATE TEMP TABLE fold_due (
    topic         text    NOT NULL,
    log_partition integer NOT NULL,
    starts_at     bigint  NOT NULL,
    until         bigint  NOT NULL
);

-- What was found. follows: explained by another difference of the same payment or account.
CREATE TEMP TABLE difference (
    kind       text    NOT NULL,
    subject    text    NOT NULL,
    detail     text    NOT NULL,
    payment_id uuid,
    account_id text COLLATE "C",
    follows    boolean NOT NULL DEFAULT false
);

-- What can't be told, by reason.
CREATE TEMP TABLE unproved (reason text NOT NULL, cases bigint NOT NULL);

-- By how much an account would stand otherwise if the ledger had done what the log says.
CREATE TEMP TABLE correction (account_id text COLLATE "C" NOT NULL, amount_minor numeric NOT NULL);

-- Each payments row whose event is not found or differs.
CREATE TEMP TABLE misfit (
    payment_id uuid NOT NULL,
    kind       text NOT NULL, -- CONTENT_DIFFERS, POSTED_WITHOUT_EVENT, or BEFORE_START: its event is no longer in the log
    detail     text
);

-- Each account as the log, the payments, the entries and the balance have it.
CREATE TEMP TABLE account_view (
    account_id text COLLATE "C" NOT NULL,
    currency   text    NOT NULL,
    log        numeric NOT NULL,
    payments   numeric NOT NULL,
    entries    numeric NOT NULL,
    balance    numeric NOT NULL
);

-- Events that ask to move money, with whom it goes to: a capture pays the creditor of its reservation.
CREATE TEMP VIEW fold_moved AS
SELECT e.log_partition, e.log_offset, e.payment_id, e.debtor_account, e.amount_minor,
       CASE WHEN e.step IS NULL THEN e.creditor_account
            ELSE (SELECT r.creditor_account FROM fold_event r
                  WHERE r.payment_id = e.reservation_id AND r.kind = 'POST' AND r.step = 'RESERVE' LIMIT 1) END AS creditor_account
FROM fold_event e WHERE e.kind = 'POST' AND (e.step IS NULL OR e.step = 'CAPTURE');
