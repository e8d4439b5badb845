-- The ledger: accounts, payments, entries; and in the database itself what can never be undone.

-- Domains and not checks of the table, which PostgreSQL repeats at each change of a balance.
CREATE DOMAIN account_name AS text COLLATE "C" CHECK (VALUE ~ '^[!-~]{1,64}$');
CREATE DOMAIN currency_code AS text CHECK (VALUE ~ '^[A-Z]{3}$');

CREATE TABLE accounts (
    id                    account_name  PRIMARY KEY,
    currency              currency_code NOT NULL,
    kind                  text        NOT NULL CHECK (kind IN ('CUSTOMER', 'SYSTEM')),
    overdraft_limit_minor bigint      NOT NULL DEFAULT 0 CHECK (overdraft_limit_minor >= 0),
    opening_balance_minor bigint      NOT NULL DEFAULT 0 CHECK (opening_balance_minor >= 0),
    status                text        NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CLOSED')),
    balance_minor         bigint      NOT NULL DEFAULT 0,
    opened_at             timestamptz NOT NULL DEFAULT now(),
    closed_at             timestamptz,
    CONSTRAINT accounts_system_has_no_limit
        CHECK (kind <> 'SYSTEM' OR (overdraft_limit_minor = 0 AND opening_balance_minor = 0)),
    CONSTRAINT accounts_within_limit CHECK (kind = 'SYSTEM' OR balance_minor >= -overdraft_limit_minor),
    CONSTRAINT accounts_closed_at CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL))
) WITH (fillfactor = 70); -- Room for the next version of a row beside it: no index is touched when a balance changes.

COMMENT ON TABLE accounts IS 'Accounts and their balances. balance_minor equals the sum of the entries at all times.';

-- Without a cache of its own in each session: who comes later gets a greater id.
CREATE SEQUENCE entry_ids CACHE 1;

CREATE TABLE payments (
    payment_id        uuid PRIMARY KEY,
    client_id         text        NOT NULL,
    idempotency_key   text        NOT NULL,
    debtor_account    text        NOT NULL,
    creditor_account  text        NOT NULL,
    amount_minor      bigint      NOT NULL,
    currency          text        NOT NULL,
    reference         text,
    status            text        NOT NULL CHECK (status IN ('COMPLETED', 'FAILED')),
    failure_reason    text,
    failed_account    text,
    entry_id          bigint,
    attempt           integer     NOT NULL,
    accepted_at_ms    bigint      NOT NULL,
    command_partition integer,
    command_offset    bigint,
    event_partition   integer,
    event_offset      bigint,
    recorded_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_failure
        CHECK ((status = 'FAILED') = (failure_reason IS NOT NULL) AND (status = 'FAILED' OR failed_account IS NULL)),
    CONSTRAINT payments_entry_id CHECK ((status = 'COMPLETED') = (entry_id IS NOT NULL)),
    CONSTRAINT payments_completed
        CHECK (status = 'FAILED' OR (amount_minor > 0 AND debtor_account <> creditor_account))
);

COMMENT ON TABLE payments IS
    'Every payment ever dealt with, completed or failed, for ever. The primary key is what makes a payment happen once.';
COMMENT ON COLUMN payments.entry_id IS 'The id of both entries of a completed payment. Null if it failed.';
COMMENT ON COLUMN payments.accepted_at_ms IS
    'When the command was accepted, by the broker''s clock, in epoch milliseconds: any number that fits on the wire.';
COMMENT ON COLUMN payments.command_partition IS
    'Partition of payment-commands that holds the accepted command. Null with command_offset for an opening balance.';
COMMENT ON COLUMN payments.event_partition IS
    'Partition of ledger-events that holds the event which was dealt with first. Null for an opening balance.';
COMMENT ON COLUMN payments.reference IS
    'As on the wire, except that PostgreSQL can''t store U+0000: it stands as U+2400 0, and U+2400 as U+2400 1. '
    'So do all texts of this table.';

CREATE TABLE entries (
    entry_id            bigint NOT NULL,
    payment_id          uuid   NOT NULL,
    account_id          text COLLATE "C" NOT NULL,
    amount_minor        bigint NOT NULL CHECK (amount_minor <> 0),
    balance_after_minor bigint NOT NULL,
    PRIMARY KEY (account_id, entry_id)
);

COMMENT ON TABLE entries IS
    'Two per completed payment, one negative, one positive, both with the entry_id that the payment names: hence at most one '
    'per account. entry_id grows in the order in which an account''s entries were made; it may have gaps.';

-- Even the owner adds only: an accident of an administrator is stopped, too.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what is recorded there is never changed or deleted', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER payments_are_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_are_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_are_for_ever BEFORE DELETE OR TRUNCATE ON accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER accounts_keep_name_and_currency BEFORE UPDATE OF id, currency ON accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Foreign keys, and more: an entry is one side of a completed payment, under the id that the payment names, on an account
-- that exists, in its currency. Once for all rows of a statement, where foreign keys look up each row by a query of its
-- own. That is enough because payments and accounts are never deleted: what is found stays.
CREATE FUNCTION require_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stray record;
BEGIN
    SELECT e.payment_id, e.account_id INTO stray
    FROM new_entries e
    WHERE (SELECT e.amount_minor = CASE e.account_id WHEN p.debtor_account THEN -p.amount_minor
                                                     WHEN p.creditor_account THEN p.amount_minor END
           FROM ${flyway:defaultSchema}.payments p
           JOIN ${flyway:defaultSchema}.accounts a ON a.id = e.account_id AND a.currency = p.currency
           WHERE p.payment_id = e.payment_id AND p.entry_id = e.entry_id) IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry of payment % on account % is refused: it is no side of a completed payment',
            stray.payment_id, stray.account_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER entries_are_sides_of_payments AFTER INSERT ON entries REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION require_payment();

-- What the ledger is not: one row per contradiction; no row is the proof that there is none.
CREATE FUNCTION ledger_check() RETURNS TABLE (violated text, subject text, expected numeric, found numeric)
LANGUAGE sql STABLE AS $$
    SELECT 'entries sum to zero per currency', a.currency, 0::numeric, sum(e.amount_minor)
    FROM entries e JOIN accounts a ON a.id = e.account_id
    GROUP BY a.currency
    HAVING sum(e.amount_minor) <> 0

    UNION ALL
    SELECT 'balance equals sum of entries', a.id, coalesce(s.total, 0), a.balance_minor
    FROM accounts a
    LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM entries GROUP BY account_id) s ON s.account_id = a.id
    WHERE a.balance_minor <> coalesce(s.total, 0)

    UNION ALL
    SELECT 'balance after entry follows from the one before', w.account_id || ' entry ' || w.entry_id,
           w.before + w.amount_minor, w.balance_after_minor
    FROM (SELECT account_id, entry_id, amount_minor, balance_after_minor,
                 coalesce(lag(balance_after_minor) OVER (PARTITION BY account_id ORDER BY entry_id), 0)::numeric AS before
          FROM entries) w
    WHERE w.before + w.amount_minor <> w.balance_after_minor

    UNION ALL
    SELECT 'completed payment has its two entries, failed payment none', p.payment_id::text,
           CASE p.status WHEN 'COMPLETED' THEN 2 ELSE 0 END, coalesce(s.matching, 0) + coalesce(s.others, 0) * 1000
    FROM payments p
    LEFT JOIN (SELECT e.payment_id,
                      count(*) FILTER (WHERE (e.account_id = q.debtor_account AND e.amount_minor = -q.amount_minor)
                                          OR (e.account_id = q.creditor_account AND e.amount_minor = q.amount_minor))
                          AS matching,
                      count(*) FILTER (WHERE NOT ((e.account_id = q.debtor_account AND e.amount_minor = -q.amount_minor)
                                          OR (e.account_id = q.creditor_account AND e.amount_minor = q.amount_minor)))
                          AS others
               FROM entries e JOIN payments q ON q.payment_id = e.payment_id
               GROUP BY e.payment_id) s ON s.payment_id = p.payment_id
    WHERE coalesce(s.others, 0) <> 0
       OR coalesce(s.matching, 0) <> CASE p.status WHEN 'COMPLETED' THEN 2 ELSE 0 END

    UNION ALL
    SELECT 'entry is in the currency of its payment', e.payment_id::text, NULL, NULL
    FROM entries e JOIN payments p ON p.payment_id = e.payment_id JOIN accounts a ON a.id = e.account_id
    WHERE p.currency <> a.currency
$$;

COMMENT ON FUNCTION ledger_check() IS
    'Proves that the books are right: no row means that entries sum to zero per currency, every balance equals the sum of '
    'its entries, and every completed payment has exactly its two entries.';

-- What the ledger consumer may do. Its login user is a member of this role.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hapax_ledger') THEN
        CREATE ROLE hapax_ledger NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- Another database of this server was first.
END $$;

GRANT SELECT ON accounts, payments, entries TO hapax_ledger;
GRANT INSERT (id, currency, kind, overdraft_limit_minor, opening_balance_minor) ON accounts TO hapax_ledger;
GRANT UPDATE (balance_minor, status, closed_at) ON accounts TO hapax_ledger;
GRANT INSERT ON payments, entries TO hapax_ledger;
GRANT USAGE ON SEQUENCE entry_ids TO hapax_ledger;
GRANT EXECUTE ON FUNCTION ledger_check() TO hapax_ledger;
