-- Each payment once: the posting that the ledger dealt with, and its outcome. Events are in order already, by n, so
-- what is sorted here is narrow.

CREATE UNLOGGED TABLE post AS
SELECT *
FROM (SELECT DISTINCT ON (e.payment_id) e.n, o.status, o.failure_reason, o.failed_account
      FROM event e
      LEFT JOIN outcome o ON o.payment_id = e.payment_id AND o.status IN ('COMPLETED', 'FAILED')
                         AND o.command_partition = e.command_partition AND o.command_offset = e.command_offset
      WHERE e.kind = 'POST'
      ORDER BY e.payment_id, o.status IS NULL, e.accepted_at_ms, e.log_partition, e.log_offset) p
ORDER BY n;

-- Rows lie in this order on disk: an index of ranges of pages finds them, and is made in no time.
CREATE INDEX ON event USING brin (n) WITH (pages_per_range = 16);

CREATE INDEX ON post USING brin (n) WITH (pages_per_range = 16);

ANALYZE post;
