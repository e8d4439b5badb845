INSERT INTO accounts (id, currency, kind, overdraft_limit_minor, opening_balance_minor, status, balance_minor, opened_at, closed_at,
                      held_minor, owners)
SELECT a.id, a.currency, a.kind, a.overdraft_limit_minor, a.opening_balance_minor, a.status, coalesce(e.total, 0), a.opened_at,
       a.closed_at, coalesce(o.total, 0), a.owners
FROM LIVE.accounts a
LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM entries GROUP BY account_id) e ON e.account_id = a.id
LEFT JOIN (SELECT debtor_account, sum(remaining_minor) AS total FROM open_reservations GROUP BY debtor_account) o
       ON o.debtor_account = a.id;

ALTER TABLE accounts ADD PRIMARY KEY (id);

ALTER TABLE payments ADD PRIMARY KEY (payment_id);

ALTER TABLE entries ADD PRIMARY KEY (account_id, entry_id);
