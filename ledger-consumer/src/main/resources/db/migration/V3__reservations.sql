-- Reservations: money that is held on an account until it is captured, freed, or its time is over.

-- What is held can't be used twice. The difference on the right can't overflow: neither number is negative.
ALTER TABLE accounts ADD COLUMN held_minor bigint NOT NULL DEFAULT 0 CONSTRAINT accounts_held CHECK (held_minor >= 0);
ALTER TABLE accounts DROP CONSTRAINT accounts_within_limit;
ALTER TABLE accounts ADD CONSTRAINT accounts_within_limit
    CHECK (kind = 'SYSTEM' OR balance_minor >= held_minor - overdraft_limit_minor);

COMMENT ON COLUMN accounts.held_minor IS 'What open reservations hold of the balance: the sum of open_reservations.remaining_minor.';

-- A step of a reservation is a payment like all others: one primary key for all of them, so that a key is one of them
-- for ever. Null in payments at once, where they take no room.
ALTER TABLE payments
    ADD COLUMN step             text,
    ADD COLUMN reservation_id   uuid,
    ADD COLUMN hold_ms          bigint,
    ADD COLUMN multiple         boolean,
    ADD COLUMN more_will_follow boolean,
    ADD COLUMN ended_at_ms      bigint,
    DROP CONSTRAINT payments_entry_id,
    DROP CONSTRAINT payments_completed;
-- A check that is null passes: hence coalesce, and not a comparison with a null step.
ALTER TABLE payments
    ADD CONSTRAINT payments_entry_id
        CHECK ((status = 'COMPLETED' AND coalesce(step, 'CAPTURE') = 'CAPTURE') = (entry_id IS NOT NULL)),
    ADD CONSTRAINT payments_completed
        CHECK (status = 'FAILED' OR coalesce(step, '') = 'VOID' OR (amount_minor > 0 AND debtor_account <> creditor_account)),
    ADD CONSTRAINT payments_step
        CHECK (coalesce(step, 'RESERVE') IN ('RESERVE', 'CAPTURE', 'VOID')
               AND (coalesce(step, '') = 'RESERVE') = (hold_ms IS NOT NULL)
               AND (coalesce(step, '') = 'RESERVE') = (multiple IS NOT NULL)
               AND (coalesce(step, '') IN ('CAPTURE', 'VOID')) = (reservation_id IS NOT NULL)
               AND (coalesce(step, '') = 'CAPTURE') = (more_will_follow IS NOT NULL)),
    -- A capture may leave nothing although more was to follow: that ends its reservation, too.
    ADD CONSTRAINT payments_ended_at
        CHECK (CASE WHEN reservation_id IS NULL OR status = 'FAILED' THEN ended_at_ms IS NULL
                    ELSE ended_at_ms IS NOT NULL OR coalesce(more_will_follow, false) END);

COMMENT ON COLUMN payments.step IS
    'RESERVE (completed: the amount is held), CAPTURE (completed: it moved) or VOID (completed: it is free). Null: a payment at once.';
COMMENT ON COLUMN payments.reservation_id IS 'With CAPTURE and VOID: payment_id of the reservation that is named, which may not exist.';
COMMENT ON COLUMN payments.hold_ms IS 'With RESERVE: how long the money is held at most from accepted_at_ms on.';

COMMENT ON COLUMN payments.ended_at_ms IS
    'With a completed CAPTURE or VOID that ended its reservation: time of the partition of ledger-events, in epoch milliseconds.';

-- What names a reservation and did not end it. The step that did is in reservation_ends. Payments at once are in neither.
CREATE INDEX payments_of_reservations ON payments (reservation_id)
    WHERE reservation_id IS NOT NULL AND (status = 'FAILED' OR more_will_follow);

CREATE TABLE reservation_ends (
    reservation_id uuid   PRIMARY KEY,
    how            text   NOT NULL CHECK (how IN ('CAPTURED', 'VOIDED', 'EXPIRED')),
    by_payment     uuid,
    released_minor bigint NOT NULL CHECK (released_minor >= 0),
    clock_ms       bigint NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reservation_ends_by CHECK ((how = 'EXPIRED') = (by_payment IS NULL))
);

COMMENT ON TABLE reservation_ends IS
    'What ended reservations, for ever. The primary key is what ends a reservation once. Ends by a step are written by the '
    'trigger that guards payments, and by nobody else.';
COMMENT ON COLUMN reservation_ends.clock_ms IS 'Time of the partition of ledger-events at the end, in epoch milliseconds.';

CREATE TRIGGER reservation_ends_are_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON reservation_ends
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What follows from payments and reservation_ends, kept to be found, with all that a capture asks: ledger_check() compares
-- them.
CREATE TABLE open_reservations (
    payment_id       uuid    PRIMARY KEY,
    client_id        text    NOT NULL,
    event_partition  integer NOT NULL,
    debtor_account   text    COLLATE "C" NOT NULL,
    creditor_account text    NOT NULL,
    currency         text    NOT NULL,
    remaining_minor  bigint  NOT NULL CHECK (remaining_minor > 0),
    expires_at_ms    bigint  NOT NULL,
    multiple         boolean NOT NULL
);
CREATE INDEX open_reservations_of_account ON open_reservations (debtor_account, expires_at_ms);
CREATE INDEX open_reservations_of_partition ON open_reservations (event_partition, expires_at_ms);

CREATE TABLE ledger_clocks (
    event_partition integer PRIMARY KEY,
    at_ms           bigint  NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE ledger_clocks IS
    'The greatest time read from each partition of ledger-events so far: the clock by which its reservations end.';

-- The times of what was read before are those of the commands. A broker's clock may have been ahead.
INSERT INTO ledger_clocks
SELECT event_partition, max(accepted_at_ms) FROM payments
WHERE event_partition IS NOT NULL AND accepted_at_ms BETWEEN 0 AND 253402300799999
GROUP BY event_partition;

-- A capture or voiding that is completed is of a completed reservation that has not ended: of the same client and debtor,
-- and a capture of its currency and creditor, and all of them of no more than was held. If it ends the reservation, its end
-- is written here, at once with the check: no step ends a reservation without an end, and no end lacks its step.
-- Once for all rows of a statement, like require_payment(). The plan is made once per session, maybe while there is no
-- reservation yet: it must not scan whole tables then.
CREATE FUNCTION require_reservation() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
    stray record;
BEGIN
    IF NOT EXISTS (SELECT FROM new_payments WHERE reservation_id IS NOT NULL AND status = 'COMPLETED') THEN
        RETURN NULL;
    END IF;
    WITH checked AS MATERIALIZED (
        SELECT n.payment_id, n.step, n.reservation_id, n.ended_at_ms, n.recorded_at,
               -- What is left of the reservation. Null if there is no such reservation, less than 0 if it does not hold so much.
               (SELECT r.amount_minor
                       - CASE WHEN n.step = 'CAPTURE' AND n.more_will_follow IS NOT TRUE THEN n.amount_minor ELSE 0 END
                       - CASE WHEN r.multiple THEN coalesce((
                             SELECT sum(c.amount_minor) FROM ${flyway:defaultSchema}.payments c
                             WHERE c.reservation_id = n.reservation_id AND c.more_will_follow AND c.status = 'COMPLETED'), 0)
                         ELSE 0 END
                FROM ${flyway:defaultSchema}.payments r
                WHERE r.payment_id = n.reservation_id AND r.step = 'RESERVE' AND r.status = 'COMPLETED'
                  AND r.client_id = n.client_id AND r.debtor_account = n.debtor_account
                  AND (n.step = 'VOID' OR (r.currency = n.currency AND r.creditor_account = n.creditor_account))
                  AND (r.multiple OR n.more_will_follow IS NOT TRUE)
                  AND CASE WHEN n.ended_at_ms IS NULL
                           THEN NOT EXISTS (SELECT FROM ${flyway:defaultSchema}.reservation_ends e
                                            WHERE e.reservation_id = n.reservation_id)
                           ELSE n.ended_at_ms < r.accepted_at_ms::numeric + r.hold_ms END) AS remaining
        FROM new_payments n
        WHERE n.reservation_id IS NOT NULL AND n.status = 'COMPLETED'
    ), ended AS (
        INSERT INTO ${flyway:defaultSchema}.reservation_ends
            (reservation_id, how, by_payment, released_minor, clock_ms, recorded_at)
        SELECT reservation_id, CASE step WHEN 'CAPTURE' THEN 'CAPTURED' ELSE 'VOIDED' END, payment_id, remaining, ended_at_ms,
               recorded_at
        FROM checked WHERE ended_at_ms IS NOT NULL AND remaining >= 0
    )
    SELECT payment_id, step INTO stray FROM checked WHERE coalesce(remaining, -1) < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% of payment % is refused: it is of no reservation that holds so much', stray.step, stray.payment_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payments_keep_to_reservations AFTER INSERT ON payments REFERENCING NEW TABLE AS new_payments
    FOR EACH STATEMENT EXECUTE FUNCTION require_reservation();

-- All other ends are of a completed reservation whose time is over, and free all that was not captured.
CREATE FUNCTION require_end() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
    stray record;
BEGIN
    -- Within require_reservation().
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    SELECT e.reservation_id, e.how INTO stray
    FROM new_ends e
    WHERE (SELECT e.how = 'EXPIRED' AND r.step = 'RESERVE' AND r.status = 'COMPLETED'
                  AND e.clock_ms >= r.accepted_at_ms::numeric + r.hold_ms
                  AND e.released_minor = r.amount_minor - CASE WHEN r.multiple THEN coalesce((
                      SELECT sum(c.amount_minor) FROM ${flyway:defaultSchema}.payments c
                      WHERE c.reservation_id = e.reservation_id AND c.more_will_follow AND c.status = 'COMPLETED'), 0)
                      ELSE 0 END
           FROM ${flyway:defaultSchema}.payments r WHERE r.payment_id = e.reservation_id) IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'end % of reservation % is refused: it does not follow from its payments', stray.how, stray.reservation_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER reservation_ends_follow AFTER INSERT ON reservation_ends REFERENCING NEW TABLE AS new_ends
    FOR EACH STATEMENT EXECUTE FUNCTION require_end();

CREATE FUNCTION reservation_check() RETURNS TABLE (violated text, subject text, expected numeric, found numeric)
LANGUAGE sql STABLE AS $$
    WITH captured AS (
        SELECT reservation_id, sum(amount_minor) AS total
        FROM payments WHERE step = 'CAPTURE' AND status = 'COMPLETED' GROUP BY reservation_id
    ), reserved AS (
        SELECT r.payment_id, r.debtor_account COLLATE "C" AS debtor_account, r.event_partition,
               r.amount_minor - coalesce(c.total, 0) AS remaining,
               r.client_id, r.creditor_account, r.currency, r.multiple,
               r.accepted_at_ms::numeric + r.hold_ms AS expires_at, e.how, e.released_minor, e.clock_ms
        FROM payments r
        LEFT JOIN captured c ON c.reservation_id = r.payment_id
        LEFT JOIN reservation_ends e ON e.reservation_id = r.payment_id
        WHERE r.step = 'RESERVE' AND r.status = 'COMPLETED'
    )
    SELECT 'held equals the sum of open reservations', a.id, coalesce(o.total, 0), a.held_minor::numeric
    FROM accounts a
    LEFT JOIN (SELECT debtor_account, sum(remaining) AS total FROM reserved WHERE how IS NULL GROUP BY debtor_account) o
      ON o.debtor_account = a.id
    WHERE a.held_minor <> coalesce(o.total, 0)

    UNION ALL
    SELECT 'customers keep within their limit with what is held', a.id, -a.overdraft_limit_minor::numeric,
           a.balance_minor::numeric - a.held_minor
    FROM accounts a
    WHERE a.kind <> 'SYSTEM' AND a.balance_minor::numeric - a.held_minor < -a.overdraft_limit_minor

    UNION ALL
    SELECT 'open reservations are those without an end', coalesce(r.payment_id, o.payment_id)::text, r.remaining,
           o.remaining_minor::numeric
    FROM (SELECT * FROM reserved WHERE how IS NULL) r
    FULL JOIN open_reservations o ON o.payment_id = r.payment_id
    WHERE (r.remaining, r.client_id, r.debtor_account, r.creditor_account, r.currency, r.event_partition, r.expires_at,
           r.multiple)
          IS DISTINCT FROM (o.remaining_minor::numeric, o.client_id, o.debtor_account, o.creditor_account, o.currency,
                            o.event_partition, o.expires_at_ms::numeric, o.multiple)

    UNION ALL
    SELECT 'what is captured and what is released are what was held', r.payment_id::text, r.remaining, r.released_minor::numeric
    FROM reserved r
    WHERE r.remaining < 0 OR (r.how IS NOT NULL AND r.released_minor <> r.remaining)

    UNION ALL
    SELECT 'a reservation expires when its time is over, and ends before otherwise', r.payment_id::text, r.expires_at,
           r.clock_ms::numeric
    FROM reserved r
    WHERE r.how IS NOT NULL AND (r.how = 'EXPIRED') <> (r.clock_ms >= r.expires_at)

    UNION ALL
    SELECT 'an end is of a completed reservation', e.reservation_id::text, NULL, NULL
    FROM reservation_ends e LEFT JOIN reserved r ON r.payment_id = e.reservation_id
    WHERE r.payment_id IS NULL

    UNION ALL
    SELECT 'what ended a reservation says so', coalesce(e.reservation_id, s.reservation_id)::text, s.ended_at_ms::numeric,
           e.clock_ms::numeric
    FROM (SELECT * FROM reservation_ends WHERE by_payment IS NOT NULL) e
    FULL JOIN (SELECT * FROM payments WHERE ended_at_ms IS NOT NULL) s ON s.payment_id = e.by_payment
    WHERE (e.reservation_id, e.clock_ms, CASE e.how WHEN 'CAPTURED' THEN 'CAPTURE' WHEN 'VOIDED' THEN 'VOID' END)
          IS DISTINCT FROM (s.reservation_id, s.ended_at_ms, s.step)
$$;

CREATE OR REPLACE FUNCTION ledger_check() RETURNS TABLE (violated text, subject text, expected numeric, found numeric)
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
    SELECT 'payment that moved money has its two entries, every other none', p.payment_id::text,
           CASE WHEN p.status = 'COMPLETED' AND coalesce(p.step, 'CAPTURE') = 'CAPTURE' THEN 2 ELSE 0 END,
           coalesce(s.matching, 0) + coalesce(s.others, 0) * 1000
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
       OR coalesce(s.matching, 0) <> CASE WHEN p.status = 'COMPLETED' AND coalesce(p.step, 'CAPTURE') = 'CAPTURE' THEN 2 ELSE 0 END

    UNION ALL
    SELECT 'entry is in the currency of its payment', e.payment_id::text, NULL, NULL
    FROM entries e JOIN payments p ON p.payment_id = e.payment_id JOIN accounts a ON a.id = e.account_id
    WHERE p.currency <> a.currency

    UNION ALL
    SELECT * FROM reservation_check()
$$;

COMMENT ON FUNCTION ledger_check() IS
    'Proves that the books are right: no row means that entries sum to zero per currency, every balance equals the sum of '
    'its entries, every payment that moved money has exactly its two entries, and what is held equals the open reservations.';

COMMENT ON COLUMN payments.entry_id IS
    'The id of both entries of a payment that moved money. Null if it failed, or if it only held or freed money.';

GRANT SELECT ON reservation_ends, open_reservations, ledger_clocks TO hapax_ledger;
GRANT INSERT ON reservation_ends TO hapax_ledger;
GRANT INSERT, DELETE, UPDATE (remaining_minor) ON open_reservations TO hapax_ledger;
GRANT INSERT, UPDATE (at_ms) ON ledger_clocks TO hapax_ledger;
GRANT UPDATE (held_minor) ON accounts TO hapax_ledger;
GRANT EXECUTE ON FUNCTION reservation_check() TO hapax_ledger;
