-- The check of captures and voidings as before, at another cost: what was captured of a reservation is added up once per
-- statement, and not once per row. A batch of captures of a reservation that has thousands already took longer than a
-- statement may, so that its partition stood still.

-- Each reservation is looked up by its id, and joined by hash: the plan is made once per session, maybe for one row.
CREATE OR REPLACE FUNCTION require_reservation() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET jit = off AS $$
DECLARE
    stray record;
BEGIN
    IF NOT EXISTS (SELECT FROM new_payments WHERE reservation_id IS NOT NULL AND status = 'COMPLETED') THEN
        RETURN NULL;
    END IF;
    WITH named AS MATERIALIZED (
        SELECT r.*,
               -- What was held, less the captures after which more was to follow: those of this statement are among them.
               r.amount_minor - CASE WHEN r.multiple THEN coalesce((
                   SELECT sum(c.amount_minor) FROM ${flyway:defaultSchema}.payments c
                   WHERE c.reservation_id = r.payment_id AND c.more_will_follow AND c.status = 'COMPLETED'), 0)
                   ELSE 0 END AS uncaptured
        FROM (SELECT DISTINCT reservation_id FROM new_payments
              WHERE reservation_id IS NOT NULL AND status = 'COMPLETED') n
        CROSS JOIN LATERAL (
            SELECT p.payment_id, p.client_id, p.debtor_account, p.creditor_account, p.currency, p.amount_minor, p.multiple,
                   p.accepted_at_ms::numeric + p.hold_ms AS expires_at
            FROM ${flyway:defaultSchema}.payments p
            WHERE p.payment_id = n.reservation_id AND p.step = 'RESERVE' AND p.status = 'COMPLETED'
            OFFSET 0) r
    ), checked AS MATERIALIZED (
        SELECT n.payment_id, n.step, n.reservation_id, n.ended_at_ms, n.recorded_at,
               -- What is left of the reservation. Null if there is no such reservation, less than 0 if it does not hold so much.
               CASE WHEN r.client_id = n.client_id AND r.debtor_account = n.debtor_account
                         AND (n.step = 'VOID' OR (r.currency = n.currency AND r.creditor_account = n.creditor_account))
                         AND (r.multiple OR n.more_will_follow IS NOT TRUE)
                         AND CASE WHEN n.ended_at_ms IS NULL
                                  THEN NOT EXISTS (SELECT FROM ${flyway:defaultSchema}.reservation_ends e
                                                   WHERE e.reservation_id = n.reservation_id)
                                  ELSE n.ended_at_ms < r.expires_at END
                    THEN r.uncaptured
                         - CASE WHEN n.step = 'CAPTURE' AND n.more_will_follow IS NOT TRUE THEN n.amount_minor ELSE 0 END
               END AS remaining
        FROM new_payments n
        LEFT JOIN named r ON r.payment_id = n.reservation_id
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
