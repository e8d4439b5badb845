-- Holds the fold against the live tables, in one snapshot. Each statement finds differences of one kind; what another
-- difference explains is marked as following from it.

-- Posted as told: every event that is due has its payment on record.
INSERT INTO difference (kind, subject, detail, payment_id)
SELECT DISTINCT ON (e.payment_id)
       'NOT_POSTED', 'event ' || e.log_partition || '@' || e.log_offset,
       CASE WHEN e.step = 'CANCEL' THEN 'cancel of payment ' || e.payment_id
            ELSE 'payment ' || e.payment_id || ', ' || e.debtor_account || ' to ' || e.creditor_account || ', '
                 || coalesce(e.step || ' ', '') || pg_temp.money(e.amount_minor, e.currency) END
           || coalesce(', though its outcome is ' || o.status, ', and has no outcome'),
       e.payment_id
FROM fold_event e
JOIN fold_due d ON d.topic = 'ledger-events' AND d.log_partition = e.log_partition AND e.log_offset < d.until
LEFT JOIN payments p ON p.payment_id = e.payment_id
LEFT JOIN fold_outcome o ON o.payment_id = e.payment_id AND o.status IN ('COMPLETED', 'FAILED')
WHERE e.kind = 'POST' AND p.payment_id IS NULL
ORDER BY e.payment_id, e.log_partition, e.log_offset, o.log_offset;

INSERT INTO correction
SELECT side.account, side.amount
FROM (SELECT DISTINCT ON (e.payment_id) e.* FROM difference f
      JOIN fold_moved e ON e.payment_id = f.payment_id
      WHERE f.kind = 'NOT_POSTED' AND EXISTS (
          SELECT FROM fold_outcome o WHERE o.payment_id = f.payment_id AND o.status = 'COMPLETED')
      ORDER BY e.payment_id, e.log_partition, e.log_offset) e
CROSS JOIN LATERAL (VALUES (e.debtor_account, -e.amount_minor), (e.creditor_account, e.amount_minor)) AS side (account, amount);

-- Told as posted: every payment says what the event says from which it was posted.
INSERT INTO misfit
SELECT p.payment_id,
       CASE WHEN e.payment_id IS NULL AND p.event_offset < d.starts_at THEN 'BEFORE_START'
            WHEN e.payment_id IS NULL OR e.payment_id <> p.payment_id OR e.kind <> 'POST' THEN 'POSTED_WITHOUT_EVENT'
            ELSE 'CONTENT_DIFFERS' END,
       CASE WHEN e.payment_id IS NULL THEN 'there is no event ' || p.event_partition || '@' || p.event_offset
            WHEN e.payment_id <> p.payment_id THEN
                'event ' || p.event_partition || '@' || p.event_offset || ' is about payment ' || e.payment_id
            WHEN e.kind <> 'POST' THEN 'event ' || p.event_partition || '@' || p.event_offset || ' is an inquiry'
            ELSE 'event ' || p.event_partition || '@' || p.event_offset || ' and payment ' || p.payment_id || ' differ in '
                || concat_ws(', ',
                    CASE WHEN p.client_id <> e.client_id THEN 'clientId' END,
                    CASE WHEN p.idempotency_key <> e.idempotency_key THEN 'idempotencyKey' END,
                    CASE WHEN p.debtor_account <> e.debtor_account THEN 'debtorAccount' END,
                    CASE WHEN p.creditor_account <> e.creditor_account AND p.step IS DISTINCT FROM 'CAPTURE'
                         THEN 'creditorAccount' END,
                    CASE WHEN p.amount_minor <> e.amount_minor THEN 'amountMinor' END,
                    CASE WHEN p.currency <> e.currency THEN 'currency' END,
                    CASE WHEN p.reference IS DISTINCT FROM e.reference THEN 'reference' END,
                    CASE WHEN p.step IS DISTINCT FROM e.step THEN 'step' END,
                    CASE WHEN p.reservation_id IS DISTINCT FROM e.reservation_id THEN 'reservationKey' END,
                    CASE WHEN p.hold_ms IS DISTINCT FROM e.hold_ms THEN 'holdMs' END,
                    CASE WHEN p.multiple IS DISTINCT FROM e.multiple THEN 'multiple' END,
                    CASE WHEN p.more_will_follow IS DISTINCT FROM e.more_will_follow THEN 'moreWillFollow' END,
                    CASE WHEN p.attempt <> e.attempt THEN 'attempt' END,
                    CASE WHEN p.accepted_at_ms <> e.accepted_at_ms THEN 'acceptedAt' END,
                    CASE WHEN (p.command_partition, p.command_offset)
                              IS DISTINCT FROM (e.command_partition, e.command_offset) THEN 'command' END) END
FROM payments p
LEFT JOIN fold_event e ON e.log_partition = p.event_partition AND e.log_offset = p.event_offset
LEFT JOIN fold_due d ON d.topic = 'ledger-events' AND d.log_partition = p.event_partition
WHERE p.event_partition IS NOT NULL
  AND (e.payment_id IS NULL OR e.kind <> 'POST'
       OR (p.payment_id, p.client_id, p.idempotency_key, p.debtor_account, p.amount_minor, p.currency,
           p.attempt, p.accepted_at_ms, p.command_partition, p.command_offset)
          IS DISTINCT FROM
          (e.payment_id, e.client_id, e.idempotency_key, e.debtor_account, e.amount_minor, e.currency,
           e.attempt, e.accepted_at_ms, e.command_partition, e.command_offset)
       -- The creditor of a capture is in no event of its own: the database takes that of the reservation only.
       OR (p.creditor_account <> e.creditor_account AND p.step IS DISTINCT FROM 'CAPTURE')
       OR (p.step, p.reservation_id, p.hold_ms, p.multiple, p.more_will_follow)
          IS DISTINCT FROM (e.step, e.reservation_id, e.hold_ms, e.multiple, e.more_will_follow)
       OR p.reference IS DISTINCT FROM e.reference);

-- A payment without a position in the log must be the opening balance of its creditor.
INSERT INTO misfit
SELECT p.payment_id, 'POSTED_WITHOUT_EVENT', 'it has no position in the log and is no account''s opening balance'
FROM payments p
LEFT JOIN accounts a ON a.id = p.creditor_account COLLATE "C"
WHERE p.event_partition IS NULL
  AND (p.client_id, p.idempotency_key, p.debtor_account, p.amount_minor, p.currency, p.status)
      IS DISTINCT FROM ('hapax/opening', a.id, 'system:' || a.currency, a.opening_balance_minor, a.currency, 'COMPLETED');

INSERT INTO difference (kind, subject, detail, payment_id)
SELECT kind, 'payment ' || payment_id, detail, payment_id FROM misfit WHERE kind <> 'BEFORE_START';

INSERT INTO unproved
SELECT 'payments whose events were deleted from the start of ledger-events: they are as the database has them', count(*)
FROM misfit WHERE kind = 'BEFORE_START' HAVING count(*) > 0;

INSERT INTO correction
SELECT side.account, side.amount
FROM misfit m JOIN payments p ON p.payment_id = m.payment_id
LEFT JOIN fold_moved e ON m.kind = 'CONTENT_DIFFERS' AND e.log_partition = p.event_partition AND e.log_offset = p.event_offset
CROSS JOIN LATERAL (SELECT p.debtor_account, p.amount_minor WHERE p.entry_id IS NOT NULL
                    UNION ALL SELECT p.creditor_account, -p.amount_minor WHERE p.entry_id IS NOT NULL
                    UNION ALL SELECT e.debtor_account, -e.amount_minor
                    UNION ALL SELECT e.creditor_account, e.amount_minor) AS side (account, amount)
WHERE m.kind <> 'BEFORE_START' AND p.status = 'COMPLETED' AND side.account IS NOT NULL;

-- Opening balances are postings.
WITH missing AS (
    SELECT a.id, a.currency, a.opening_balance_minor AS amount
    FROM accounts a
    LEFT JOIN payments p ON p.event_partition IS NULL AND p.client_id = 'hapax/opening'
                         AND p.idempotency_key COLLATE "C" = a.id
    WHERE a.opening_balance_minor > 0 AND p.payment_id IS NULL
), corrected AS (
    INSERT INTO correction
    SELECT id, amount FROM missing UNION ALL SELECT 'system:' || currency, -amount FROM missing
)
INSERT INTO difference (kind, subject, detail, account_id)
SELECT 'OPENING_MISSING', 'account ' || id, 'its opening balance of ' || pg_temp.money(amount, currency) || ' is not posted', id
FROM missing;

-- Outcomes say what the ledger did.
INSERT INTO difference (kind, subject, detail, payment_id)
SELECT DISTINCT ON (o.payment_id)
       'OUTCOME_DIFFERS', 'outcome ' || o.log_partition || '@' || o.log_offset,
       'it is ' || concat_ws(' ', o.done_step, o.status, o.failure_reason, o.failed_account) || ', payment ' || p.payment_id || ' is '
           || concat_ws(' ', CASE WHEN o.done_step IS NOT NULL THEN coalesce(p.step, 'PAYMENT') END, p.status, p.failure_reason,
                        p.failed_account),
       o.payment_id
FROM fold_outcome o JOIN payments p ON p.payment_id = o.payment_id
WHERE o.status IN ('COMPLETED', 'FAILED')
  AND (o.status <> p.status OR o.failure_reason IS DISTINCT FROM p.failure_reason
       OR o.failed_account IS DISTINCT FROM p.failed_account OR o.done_step <> coalesce(p.step, 'PAYMENT'))
ORDER BY o.payment_id, o.log_offset;

INSERT INTO correction
SELECT side.account, side.amount
FROM difference f JOIN payments p ON p.payment_id = f.payment_id
CROSS JOIN LATERAL (VALUES (p.debtor_account, -p.amount_minor), (p.creditor_account, p.amount_minor)) AS entry (account, amount)
CROSS JOIN LATERAL (SELECT entry.account, CASE p.status WHEN 'FAILED' THEN entry.amount ELSE -entry.amount END) AS side (account, amount)
WHERE f.kind = 'OUTCOME_DIFFERS' AND coalesce(p.step, 'CAPTURE') = 'CAPTURE' AND (p.status = 'FAILED') <> EXISTS (
    SELECT FROM fold_outcome o WHERE o.payment_id = f.payment_id AND o.status = 'FAILED');

-- Every payment that is due has its outcome.
WITH missing AS (
    SELECT p.payment_id, p.event_partition, p.event_offset, p.status
    FROM payments p
    JOIN fold_due d ON d.topic = 'ledger-events' AND d.log_partition = p.event_partition
                   AND p.event_offset >= d.starts_at AND p.event_offset < d.until
    LEFT JOIN fold_outcome o ON o.payment_id = p.payment_id AND o.status IN ('COMPLETED', 'FAILED')
    WHERE o.payment_id IS NULL AND NOT EXISTS (
        SELECT FROM misfit m WHERE m.payment_id = p.payment_id AND m.kind = 'POSTED_WITHOUT_EVENT')
), trimmed AS (
    SELECT bool_or(starts_at > 0) AS outcomes FROM fold_due WHERE topic = 'ledger-outcomes'
), counted AS (
    INSERT INTO unproved
    SELECT 'payments whose outcome may have been deleted from the start of ledger-outcomes', count(*)
    FROM missing, trimmed WHERE outcomes HAVING count(*) > 0
)
INSERT INTO difference (kind, subject, detail, payment_id)
SELECT 'OUTCOME_MISSING', 'event ' || event_partition || '@' || event_offset,
       'payment ' || payment_id || ' is ' || status || ', and no outcome says so', payment_id
FROM missing, trimmed WHERE NOT outcomes;

-- An event that found something on record is answered, too: a cancel that came second, or what came after a cancel.
INSERT INTO difference (kind, subject, detail, payment_id)
SELECT DISTINCT ON (e.payment_id)
       'OUTCOME_MISSING', 'event ' || e.log_partition || '@' || e.log_offset,
       'payment ' || e.payment_id || ' was on record, and no outcome answers command ' || e.command_partition || '@'
           || e.command_offset,
       e.payment_id
FROM fold_event e
JOIN fold_due d ON d.topic = 'ledger-events' AND d.log_partition = e.log_partition AND e.log_offset < d.until
JOIN payments p ON p.payment_id = e.payment_id
               AND (p.command_partition, p.command_offset) IS DISTINCT FROM (e.command_partition, e.command_offset)
LEFT JOIN fold_outcome o ON o.payment_id = e.payment_id
                        AND (o.command_partition, o.command_offset) = (e.command_partition, e.command_offset)
WHERE e.kind = 'POST' AND o.payment_id IS NULL
  AND NOT EXISTS (SELECT FROM fold_due u WHERE u.topic = 'ledger-outcomes' AND u.starts_at > 0)
  AND NOT EXISTS (SELECT FROM difference f WHERE f.payment_id = e.payment_id)
ORDER BY e.payment_id, e.log_partition, e.log_offset;

-- Every outcome answers an event.
INSERT INTO difference (kind, subject, detail, payment_id)
SELECT DISTINCT ON (o.payment_id)
       'OUTCOME_WITHOUT_EVENT', 'outcome ' || o.log_partition || '@' || o.log_offset,
       'payment ' || o.payment_id || ', of which there is no event, is ' || o.status, o.payment_id
FROM fold_outcome o
LEFT JOIN fold_event e ON e.payment_id = o.payment_id
LEFT JOIN misfit m ON m.payment_id = o.payment_id
WHERE e.payment_id IS NULL AND m.payment_id IS NULL
  AND NOT (o.status IN ('CONFLICT', 'NOT_FOUND')
           AND (SELECT bool_or(starts_at > 0) FROM fold_due WHERE topic = 'ledger-events'))
ORDER BY o.payment_id, o.log_offset;

-- Every decision on a payment has the event that its acceptance emitted; while it is in flight, that may be the
-- inquiry about an old key.
INSERT INTO difference (kind, subject, detail, payment_id)
SELECT 'DECISION_WITHOUT_EVENT', 'decision ' || d.log_partition || '@' || d.log_offset,
       d.verdict || ' on command ' || d.command_partition || '@' || d.command_offset || ' about payment ' || d.payment_id
           || ', of which there is no event',
       d.payment_id
FROM fold_decision d
LEFT JOIN fold_event e ON e.payment_id = d.payment_id AND (e.kind = 'POST' OR d.verdict IN ('IN_FLIGHT', 'CONFLICT'))
LEFT JOIN misfit m ON m.payment_id = d.payment_id AND m.kind = 'BEFORE_START'
WHERE d.verdict IN ('SETTLED', 'REPLAYED', 'IN_FLIGHT', 'CONFLICT') AND e.payment_id IS NULL AND m.payment_id IS NULL;

-- Every outcome that the stream app has dealt with settled its command.
WITH missing AS (
    SELECT DISTINCT ON (o.command_partition, o.command_offset) o.*
    FROM fold_outcome o
    JOIN fold_due u ON u.topic = 'ledger-outcomes' AND u.log_partition = o.log_partition AND o.log_offset < u.until
    LEFT JOIN fold_decision d ON d.command_partition = o.command_partition AND d.command_offset = o.command_offset
                              AND d.verdict IN ('SETTLED', 'CONFLICT')
    WHERE o.status <> 'NOT_FOUND' AND d.payment_id IS NULL
    ORDER BY o.command_partition, o.command_offset, o.log_offset
), trimmed AS (
    SELECT bool_or(starts_at > 0) AS decisions FROM fold_due WHERE topic = 'payment-decisions'
), counted AS (
    INSERT INTO unproved
    SELECT 'commands whose decision may have been deleted from the start of payment-decisions', count(*)
    FROM missing, trimmed WHERE decisions HAVING count(*) > 0
)
INSERT INTO difference (kind, subject, detail, payment_id, follows)
SELECT 'DECISION_MISSING', 'command ' || m.command_partition || '@' || m.command_offset,
       'payment ' || m.payment_id || ' has the outcome ' || m.log_partition || '@' || m.log_offset || ', ' || m.status
           || ', and no decision settles it',
       m.payment_id,
       EXISTS (SELECT FROM difference f WHERE f.payment_id = m.payment_id AND f.kind = 'OUTCOME_WITHOUT_EVENT')
FROM missing m, trimmed WHERE NOT decisions;

-- Answers say what the ledger did.
INSERT INTO difference (kind, subject, detail, payment_id, follows)
SELECT 'DECISION_DIFFERS', 'decision ' || d.log_partition || '@' || d.log_offset,
       d.verdict || ' on command ' || d.command_partition || '@' || d.command_offset || ' says '
           || concat_ws(' ', d.done_step, d.status, d.failure_reason, d.failed_account) || ', payment ' || p.payment_id || ' is '
           || concat_ws(' ', CASE WHEN d.done_step IS NOT NULL THEN coalesce(p.step, 'PAYMENT') END, p.status, p.failure_reason,
                        p.failed_account),
       d.payment_id,
       EXISTS (SELECT FROM difference f WHERE f.payment_id = d.payment_id AND f.kind = 'OUTCOME_DIFFERS')
FROM fold_decision d JOIN payments p ON p.payment_id = d.payment_id
WHERE d.verdict IN ('SETTLED', 'REPLAYED')
  AND (d.status IS DISTINCT FROM p.status OR d.failure_reason IS DISTINCT FROM p.failure_reason
       OR d.failed_account IS DISTINCT FROM p.failed_account OR d.done_step <> coalesce(p.step, 'PAYMENT'));

-- A payment that moved money has its two entries, and there are no others.
INSERT INTO difference (kind, subject, detail, payment_id, account_id, follows)
SELECT CASE WHEN e.payment_id IS NULL THEN 'ENTRY_MISSING' WHEN s.payment_id IS NULL THEN 'ENTRY_WITHOUT_PAYMENT'
            ELSE 'ENTRY_DIFFERS' END,
       'account ' || coalesce(s.account_id, e.account_id) || coalesce(', entry ' || e.entry_id, ''),
       'payment ' || coalesce(s.payment_id, e.payment_id) || ': the entry is ' || coalesce(pg_temp.money(e.amount_minor, a.currency), 'not there')
           || ', must be ' || coalesce(pg_temp.money(s.amount_minor, a.currency), 'not there'),
       coalesce(s.payment_id, e.payment_id), coalesce(s.account_id, e.account_id),
       EXISTS (SELECT FROM difference f WHERE f.payment_id = coalesce(s.payment_id, e.payment_id)
               AND f.kind IN ('NOT_POSTED', 'POSTED_WITHOUT_EVENT', 'CONTENT_DIFFERS', 'OUTCOME_DIFFERS'))
FROM (SELECT payment_id, debtor_account COLLATE "C" AS account_id, -amount_minor AS amount_minor
      FROM payments WHERE status = 'COMPLETED' AND coalesce(step, 'CAPTURE') = 'CAPTURE'
      UNION ALL
      SELECT payment_id, creditor_account COLLATE "C", amount_minor
      FROM payments WHERE status = 'COMPLETED' AND coalesce(step, 'CAPTURE') = 'CAPTURE') s
FULL JOIN entries e ON e.payment_id = s.payment_id AND e.account_id = s.account_id
LEFT JOIN accounts a ON a.id = coalesce(s.account_id, e.account_id) AND s.amount_minor IS DISTINCT FROM e.amount_minor
WHERE s.amount_minor IS DISTINCT FROM e.amount_minor;

INSERT INTO difference (kind, subject, detail, payment_id, account_id)
SELECT 'CURRENCY_DIFFERS', 'account ' || e.account_id || ', entry ' || e.entry_id,
       'payment ' || p.payment_id || ' is in ' || p.currency || ', the account in ' || a.currency, p.payment_id, a.id
FROM entries e JOIN payments p ON p.payment_id = e.payment_id JOIN accounts a ON a.id = e.account_id
WHERE p.currency <> a.currency;

-- Each account, four times.
INSERT INTO account_view
SELECT a.id, a.currency, coalesce(p.total, 0) + coalesce(c.total, 0), coalesce(p.total, 0), coalesce(e.total, 0), a.balance_minor
FROM accounts a
LEFT JOIN (SELECT side.account_id, sum(side.amount) AS total
           FROM payments p
           CROSS JOIN LATERAL (VALUES (p.debtor_account COLLATE "C", -p.amount_minor),
                                      (p.creditor_account COLLATE "C", p.amount_minor)) AS side (account_id, amount)
           WHERE p.status = 'COMPLETED' AND coalesce(p.step, 'CAPTURE') = 'CAPTURE' GROUP BY side.account_id) p ON p.account_id = a.id
LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM entries GROUP BY account_id) e ON e.account_id = a.id
LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM correction GROUP BY account_id) c ON c.account_id = a.id;

INSERT INTO difference (kind, subject, detail, account_id, follows)
SELECT 'ACCOUNT_DIFFERS', 'account ' || account_id,
       'balance ' || pg_temp.money(balance, currency) || ', entries ' || pg_temp.money(entries, currency) || ', payments '
           || pg_temp.money(payments, currency) || ', log ' || pg_temp.money(log, currency),
       account_id, balance IN (log, payments, entries)
FROM account_view WHERE NOT (balance = entries AND balance = payments AND balance = log);

INSERT INTO difference (kind, subject, detail, account_id, follows)
SELECT 'CHAIN_BROKEN', 'account ' || w.account_id || ', entry ' || w.entry_id,
       'the balance after it is ' || pg_temp.money(w.balance_after_minor, a.currency) || ', must be '
           || pg_temp.money(w.before + w.amount_minor, a.currency),
       w.account_id,
       EXISTS (SELECT FROM difference f WHERE f.account_id = w.account_id
               AND f.kind IN ('ENTRY_MISSING', 'ENTRY_WITHOUT_PAYMENT', 'ENTRY_DIFFERS', 'OPENING_MISSING'))
           OR (w.account_id LIKE 'system:%' AND EXISTS (SELECT FROM difference f WHERE f.kind = 'OPENING_MISSING'))
FROM (SELECT account_id, entry_id, amount_minor, balance_after_minor,
             coalesce(lag(balance_after_minor) OVER (PARTITION BY account_id ORDER BY entry_id), 0)::numeric AS before
      FROM entries) w
LEFT JOIN accounts a ON a.id = w.account_id AND w.before + w.amount_minor <> w.balance_after_minor
WHERE w.before + w.amount_minor <> w.balance_after_minor;

INSERT INTO difference (kind, subject, detail, follows)
SELECT 'SUM_NOT_ZERO', 'currency ' || currency, 'its entries sum to ' || pg_temp.money(sum(entries), currency),
       EXISTS (SELECT FROM difference WHERE kind IN ('ENTRY_MISSING', 'ENTRY_WITHOUT_PAYMENT', 'ENTRY_DIFFERS', 'CURRENCY_DIFFERS'))
FROM account_view GROUP BY currency HAVING sum(entries) <> 0;

-- What is held, and how reservations ended: by the ledger's own check, in this snapshot.
INSERT INTO difference (kind, subject, detail, follows)
SELECT 'RESERVATION_DIFFERS', subject,
       'not true that ' || violated || coalesce(': expected ' || expected, '') || coalesce(', found ' || found, ''),
       EXISTS (SELECT FROM difference f WHERE f.payment_id::text = c.subject OR f.account_id = c.subject COLLATE "C")
FROM reservation_check() c;
