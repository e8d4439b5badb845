-- Each payment once: the posting that the ledger dealt with, and its outcome. Events are in order already, by n, so
-- what is sorted here is narrow. The outcome of an event tells that something else was on record before it (by_another):
-- of a cancel if it is not CANCELLED, and of all others if it is. Whatever else there is came first then.

CREATE UNLOGGED TABLE post AS
SELECT *
FROM (SELECT DISTINCT ON (e.payment_id) e.n, o.status, o.failure_reason, o.failed_account, o.duplicate_of,
             o.status IS NOT NULL
                 AND (coalesce(e.step, '') = 'CANCEL') <> (coalesce(o.failure_reason, '') = 'CANCELLED') AS by_another
      FROM event e
      LEFT JOIN outcome o ON o.payment_id = e.payment_id AND o.status IN ('COMPLETED', 'FAILED')
                         AND o.command_partition = e.command_partition AND o.command_offset = e.command_offset
      WHERE e.kind = 'POST'
      ORDER BY e.payment_id,
               CASE WHEN o.status IS NULL THEN 1
                    WHEN (coalesce(e.step, '') = 'CANCEL') <> (coalesce(o.failure_reason, '') = 'CANCELLED') THEN 2
                    ELSE 0 END,
               e.accepted_at_ms, e.log_partition, e.log_offset) p
ORDER BY n;

-- What it was is not in the log. Nothing is posted in its place.
INSERT INTO contradiction
SELECT 'event ' || e.log_partition || '@' || e.log_offset,
       'its outcome ' || concat_ws(' ', p.status, p.failure_reason) || ' is that of an earlier event, of which there is none'
FROM post p JOIN event e ON e.n = p.n
WHERE p.by_another AND NOT EXISTS (SELECT FROM progress WHERE topic = 'ledger-events' AND starts_at > 0);

DELETE FROM post WHERE by_another;

-- Rows lie in this order on disk: an index of ranges of pages finds them, and is made in no time.
CREATE INDEX ON event USING brin (n) WITH (pages_per_range = 16);

CREATE INDEX ON post USING brin (n) WITH (pages_per_range = 16);

ANALYZE post;
