-- Each payment once: the posting that the ledger dealt with, with its outcome; in an order that keeps that of each partition.

CREATE UNLOGGED TABLE post AS
SELECT row_number() OVER (ORDER BY log_offset, log_partition) AS n, p.*
FROM (SELECT DISTINCT ON (e.payment_id) e.*, o.status, o.failure_reason, o.failed_account
      FROM event e
      LEFT JOIN outcome o ON o.payment_id = e.payment_id AND o.status IN ('COMPLETED', 'FAILED')
                         AND o.command_partition = e.command_partition AND o.command_offset = e.command_offset
      WHERE e.kind = 'POST'
      ORDER BY e.payment_id, o.status IS NULL, e.accepted_at_ms, e.log_partition, e.log_offset) p;

CREATE UNIQUE INDEX ON post (n);
