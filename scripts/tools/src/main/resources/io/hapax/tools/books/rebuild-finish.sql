INSERT INTO accounts (id, currency, kind, overdraft_limit_minor, opening_balance_minor, status, balance_minor, opened_at, closed_at)
SELECT a.id, a.currency, a.kind, a.overdraft_limit_minor, a.opening_balance_minor, a.status, coalesce(e.total, 0), a.opened_at,
       a.closed_at
FROM LIVE.accounts a
LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM entries GROUP BY account_id) e ON e.account_id = a.id;

ALTER TABLE accounts ADD PRIMARY KEY (id);

ALTER TABLE payments ADD PRIMARY KEY (payment_id);

ALTER TABLE entries ADD PRIMARY KEY (account_id, entry_id);
