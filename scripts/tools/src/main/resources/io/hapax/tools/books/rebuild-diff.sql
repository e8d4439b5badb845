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
            ELSE 'live ' || concat_ws(' ', l.debtor_account, l.creditor_account, pg_temp.money(l.amount_minor, l.currency), l.status, l.failure_reason)
                 || ', rebuilt ' || concat_ws(' ', s.debtor_account, s.creditor_account, pg_temp.money(s.amount_minor, s.currency), s.status, s.failure_reason) END,
       coalesce(l.payment_id, s.payment_id)
FROM live_payment l FULL JOIN payments s ON s.payment_id = l.payment_id
WHERE l.payment_id IS NULL OR s.payment_id IS NULL
   OR (l.client_id, l.idempotency_key, l.debtor_account, l.creditor_account, l.amount_minor, l.currency, l.status)
      <> (s.client_id, s.idempotency_key, s.debtor_account, s.creditor_account, s.amount_minor, s.currency, s.status)
   OR l.reference IS DISTINCT FROM s.reference OR l.failure_reason IS DISTINCT FROM s.failure_reason
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

INSERT INTO difference (kind, subject, detail)
SELECT 'RULE_DIFFERS', subject, detail FROM contradiction;
