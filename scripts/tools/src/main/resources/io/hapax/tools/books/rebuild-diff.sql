-- The live ledger against the rebuilt one. What the ledger posted from beyond the end of the rebuild is left out of
-- both, as long as the log goes on to there now: log_end was asked for after this snapshot was taken. So are the
-- opening balances of accounts that were opened since the rebuild copied them.

CREATE TEMP TABLE difference (kind text NOT NULL, subject text NOT NULL, detail text NOT NULL, payment_id uuid,
                              follows boolean NOT NULL DEFAULT false);

CREATE TEMP TABLE live_payment AS
SELECT p.* FROM LIVE.payments p
LEFT JOIN progress g ON g.topic = 'ledger-events' AND g.log_partition = p.event_partition
WHERE (p.event_partition IS NULL
       AND NOT EXISTS (SELECT FROM LIVE.accounts a WHERE a.id = p.creditor_account COLLATE "C"
                       AND NOT EXISTS (SELECT FROM accounts s WHERE s.id = a.id)))
   OR (p.event_offset < g.end_offset AND p.event_offset >= g.starts_at);

INSERT INTO difference (kind, subject, detail, payment_id)
SELECT 'POSTED_WITHOUT_EVENT', 'payment ' || p.payment_id,
       'in the live ledger alone, from event ' || p.event_partition || '@' || p.event_offset || ', and the log '
           || coalesce('ends at ' || l.end_offset, 'has no such partition'),
       p.payment_id
FROM LIVE.payments p LEFT JOIN log_end l ON l.log_partition = p.event_partition
WHERE p.event_partition IS NOT NULL AND (l.end_offset IS NULL OR p.event_offset >= l.end_offset);

INSERT INTO difference (kind, subject, detail, payment_id)
SELECT CASE WHEN l.payment_id IS NULL THEN 'NOT_POSTED' WHEN s.payment_id IS NULL THEN 'POSTED_WITHOUT_EVENT'
            WHEN l.status <> s.status OR l.failure_reason IS DISTINCT FROM s.failure_reason
                 OR l.failed_account IS DISTINCT FROM s.failed_account THEN 'OUTCOME_DIFFERS'
            ELSE 'CONTENT_DIFFERS' END,
       'payment ' || coalesce(l.payment_id, s.payment_id),
       CASE WHEN l.payment_id IS NULL THEN 'rebuilt as ' || s.status || ' from event ' || s.event_partition || '@' || s.event_offset
            WHEN s.payment_id IS NULL THEN 'in the live ledger alone, from event ' || coalesce(l.event_partition || '@' || l.event_offset, 'none')
            ELSE 'live ' || CASE WHEN l.step = 'CANCEL' THEN 'CANCEL '
                                 ELSE concat_ws(' ', l.debtor_account, l.creditor_account, pg_temp.money(l.amount_minor, l.currency), '') END
                 || concat_ws(' ', l.status, l.failure_reason)
                 || ', rebuilt ' || CASE WHEN s.step = 'CANCEL' THEN 'CANCEL '
                                         ELSE concat_ws(' ', s.debtor_account, s.creditor_account, pg_temp.money(s.amount_minor, s.currency), '') END
                 || concat_ws(' ', s.status, s.failure_reason) END,
       coalesce(l.payment_id, s.payment_id)
FROM live_payment l FULL JOIN payments s ON s.payment_id = l.payment_id
WHERE l.payment_id IS NULL OR s.payment_id IS NULL
   OR (l.client_id, l.idempotency_key, l.debtor_account, l.creditor_account, l.amount_minor, l.currency, l.status)
      <> (s.client_id, s.idempotency_key, s.debtor_account, s.creditor_account, s.amount_minor, s.currency, s.status)
   OR l.reference IS DISTINCT FROM s.reference OR l.failure_reason IS DISTINCT FROM s.failure_reason
   OR (l.step, l.reservation_id, l.hold_ms, l.multiple, l.more_will_follow)
      IS DISTINCT FROM (s.step, s.reservation_id, s.hold_ms, s.multiple, s.more_will_follow)
   OR l.failed_account IS DISTINCT FROM s.failed_account OR l.event_partition IS DISTINCT FROM s.event_partition
   OR l.event_offset IS DISTINCT FROM s.event_offset;

INSERT INTO difference (kind, subject, detail, payment_id, follows)
SELECT CASE WHEN l.payment_id IS NULL THEN 'ENTRY_MISSING' WHEN s.payment_id IS NULL THEN 'ENTRY_WITHOUT_PAYMENT'
            ELSE 'ENTRY_DIFFERS' END,
       'account ' || coalesce(l.account_id, s.account_id),
       'payment ' || coalesce(l.payment_id, s.payment_id) || ': live ' || coalesce(pg_temp.money(l.amount_minor, a.currency), 'not there')
           || ', rebuilt ' || coalesce(pg_temp.money(s.amount_minor, a.currency), 'not there'),
       coalesce(l.payment_id, s.payment_id),
       EXISTS (SELECT FROM difference f WHERE f.payment_id = coalesce(l.payment_id, s.payment_id))
FROM (SELECT e.* FROM LIVE.entries e
      WHERE NOT EXISTS (SELECT FROM LIVE.payments p LEFT JOIN live_payment q ON q.payment_id = p.payment_id
                        WHERE p.payment_id = e.payment_id AND q.payment_id IS NULL)) l
FULL JOIN entries s ON s.payment_id = l.payment_id AND s.account_id = l.account_id
LEFT JOIN LIVE.accounts a ON a.id = coalesce(l.account_id, s.account_id) AND l.amount_minor IS DISTINCT FROM s.amount_minor
WHERE l.amount_minor IS DISTINCT FROM s.amount_minor;

INSERT INTO difference (kind, subject, detail, follows)
SELECT 'ACCOUNT_DIFFERS', 'account ' || a.id,
       'live ' || pg_temp.money(a.balance_minor - coalesce(later.total, 0), a.currency) || ', rebuilt '
           || pg_temp.money(coalesce(s.balance_minor, 0), a.currency),
       EXISTS (SELECT FROM difference f JOIN payments p ON p.payment_id = f.payment_id
               WHERE a.id IN (p.debtor_account COLLATE "C", p.creditor_account COLLATE "C"))
       OR EXISTS (SELECT FROM difference f JOIN LIVE.payments p ON p.payment_id = f.payment_id
               WHERE a.id IN (p.debtor_account COLLATE "C", p.creditor_account COLLATE "C"))
FROM LIVE.accounts a
LEFT JOIN accounts s ON s.id = a.id
LEFT JOIN (SELECT e.account_id, sum(e.amount_minor) AS total FROM LIVE.entries e
           JOIN LIVE.payments p ON p.payment_id = e.payment_id
           LEFT JOIN live_payment q ON q.payment_id = p.payment_id
           WHERE q.payment_id IS NULL GROUP BY e.account_id) later ON later.account_id = a.id
WHERE a.balance_minor - coalesce(later.total, 0) <> coalesce(s.balance_minor, 0);

-- Reservations that the live ledger went on with beyond the end of the rebuild. An end by time has no place in the log:
-- it is later if the log goes on, and the clock at that end has come to where the rebuilt one stands.
CREATE TEMP TABLE later_reservation AS
SELECT r.payment_id, r.debtor_account COLLATE "C" AS debtor_account
FROM LIVE.payments r
LEFT JOIN live_payment q ON q.payment_id = r.payment_id
LEFT JOIN LIVE.reservation_ends e ON e.reservation_id = r.payment_id
LEFT JOIN reservation_ends s ON s.reservation_id = r.payment_id
LEFT JOIN progress g ON g.topic = 'ledger-events' AND g.log_partition = r.event_partition
LEFT JOIN log_end l ON l.log_partition = r.event_partition
LEFT JOIN ledger_clocks c ON c.event_partition = r.event_partition
WHERE r.step = 'RESERVE'
  AND (q.payment_id IS NULL
       OR EXISTS (SELECT FROM LIVE.payments n LEFT JOIN live_payment m ON m.payment_id = n.payment_id
                  WHERE n.reservation_id = r.payment_id AND m.payment_id IS NULL)
       OR (e.how = 'EXPIRED' AND s.reservation_id IS NULL AND l.end_offset > g.end_offset
           AND e.clock_ms >= coalesce(c.at_ms, e.clock_ms)));

INSERT INTO difference (kind, subject, detail, payment_id, follows)
SELECT 'RESERVATION_DIFFERS', 'reservation ' || d.payment_id, 'live ' || d.live || ', rebuilt ' || d.rebuilt, d.payment_id,
       EXISTS (SELECT FROM difference f LEFT JOIN payments n ON n.payment_id = f.payment_id
               WHERE d.payment_id IN (f.payment_id, n.reservation_id))
FROM (SELECT coalesce(l.payment_id, s.payment_id) AS payment_id, coalesce(l.what, 'no reservation') AS live,
             coalesce(s.what, 'no reservation') AS rebuilt
      FROM (SELECT reservation_id AS payment_id,
                   concat_ws(' ', how, 'by', by_payment, 'at', clock_ms, 'with', released_minor, 'released') AS what
            FROM LIVE.reservation_ends
            UNION ALL
            SELECT payment_id, concat_ws(' ', remaining_minor, 'held of', debtor_account, 'until', expires_at_ms, 'by the clock of',
                                         event_partition)
            FROM LIVE.open_reservations) l
      FULL JOIN (SELECT reservation_id AS payment_id,
                        concat_ws(' ', how, 'by', by_payment, 'at', clock_ms, 'with', released_minor, 'released') AS what
                 FROM reservation_ends
                 UNION ALL
                 SELECT payment_id, concat_ws(' ', remaining_minor, 'held of', debtor_account, 'until', expires_at_ms,
                                              'by the clock of', event_partition)
                 FROM open_reservations) s ON s.payment_id = l.payment_id
      WHERE l.what IS DISTINCT FROM s.what) d
WHERE NOT EXISTS (SELECT FROM later_reservation o WHERE o.payment_id = d.payment_id);

INSERT INTO difference (kind, subject, detail, follows)
SELECT 'RESERVATION_DIFFERS', 'account ' || a.id,
       'live ' || pg_temp.money(a.held_minor - coalesce(later.total, 0), a.currency) || ' held, rebuilt '
           || pg_temp.money(coalesce(s.held_minor, 0) - coalesce(sooner.total, 0), a.currency),
       EXISTS (SELECT FROM difference f JOIN payments p ON p.payment_id = f.payment_id WHERE a.id = p.debtor_account COLLATE "C")
       OR EXISTS (SELECT FROM difference f JOIN LIVE.payments p ON p.payment_id = f.payment_id
                  WHERE a.id = p.debtor_account COLLATE "C")
FROM LIVE.accounts a
LEFT JOIN accounts s ON s.id = a.id
LEFT JOIN (SELECT o.debtor_account, sum(o.remaining_minor) AS total FROM LIVE.open_reservations o
           JOIN later_reservation r ON r.payment_id = o.payment_id GROUP BY o.debtor_account) later ON later.debtor_account = a.id
LEFT JOIN (SELECT o.debtor_account, sum(o.remaining_minor) AS total FROM open_reservations o
           JOIN later_reservation r ON r.payment_id = o.payment_id GROUP BY o.debtor_account) sooner ON sooner.debtor_account = a.id
WHERE a.held_minor - coalesce(later.total, 0) <> coalesce(s.held_minor, 0) - coalesce(sooner.total, 0);

-- Clocks decide nothing but the end of reservations. A ledger that began with an older version may lack the times of
-- inquiries from before on partitions without any.
INSERT INTO difference (kind, subject, detail)
SELECT 'RESERVATION_DIFFERS', 'clock of ledger-events ' || c.event_partition,
       'live ' || coalesce(v.at_ms::text, 'none') || ', rebuilt ' || c.at_ms
FROM ledger_clocks c
LEFT JOIN LIVE.ledger_clocks v ON v.event_partition = c.event_partition
LEFT JOIN progress g ON g.topic = 'ledger-events' AND g.log_partition = c.event_partition
LEFT JOIN log_end l ON l.log_partition = c.event_partition
WHERE EXISTS (SELECT FROM reserved r WHERE r.event_partition = c.event_partition)
  AND (v.at_ms IS NULL OR v.at_ms < c.at_ms OR (v.at_ms > c.at_ms AND l.end_offset <= g.end_offset));

INSERT INTO difference (kind, subject, detail)
SELECT 'RULE_DIFFERS', subject, detail FROM contradiction;
