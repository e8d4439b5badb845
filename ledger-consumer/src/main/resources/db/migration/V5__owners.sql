-- Owners: the clients that may debit an account. Null: nobody owns it, and the ledger's setting says who may.

ALTER TABLE accounts ADD COLUMN owners text[];

COMMENT ON COLUMN accounts.owners IS
    'Ids of the clients that may debit the account, sorted; null if nobody owns it. Changed by a row of account_owner_changes.';

-- Sorted and each once, so that two lists of the same owners are equal. The ids are those that a command may have.
CREATE FUNCTION are_owners(names text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT cardinality(names) BETWEEN 1 AND 16 AND names = ARRAY(
        SELECT DISTINCT name COLLATE "C" FROM unnest(names) AS name WHERE name ~ '^[A-Za-z0-9._-]{1,64}$' ORDER BY 1)
$$;

CREATE TABLE account_owner_changes (
    account_id account_name NOT NULL,
    number     integer      NOT NULL,
    before     text[]       CHECK (before IS NULL OR are_owners(before)),
    after      text[]       CHECK (after IS NULL OR are_owners(after)),
    reason     text         NOT NULL CHECK (reason <> ''),
    changed_by text         NOT NULL CHECK (changed_by <> ''),
    db_user    text         NOT NULL,
    changed_at timestamptz  NOT NULL,
    PRIMARY KEY (account_id, number),
    CONSTRAINT account_owner_changes_something CHECK (before IS DISTINCT FROM after)
);

COMMENT ON TABLE account_owner_changes IS
    'Every change of the owners of an account, for ever. To insert a row is to make the change; there is no other way.';
COMMENT ON COLUMN account_owner_changes.number IS '1 for the first change of the account, one more for each. Set here.';
COMMENT ON COLUMN account_owner_changes.changed_by IS 'The name that the operator gave. Nobody checks it.';
COMMENT ON COLUMN account_owner_changes.db_user IS 'The database user that was logged in. Set here, and not by the operator.';

CREATE TRIGGER account_owner_changes_are_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON account_owner_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Under the lock that posting takes. So payments and changes have one order, that of the commits.
CREATE FUNCTION begin_owner_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account record;
BEGIN
    SELECT a.owners INTO account FROM ${flyway:defaultSchema}.accounts a WHERE a.id = NEW.account_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % was never opened', NEW.account_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF account.owners IS DISTINCT FROM NEW.before THEN
        RAISE EXCEPTION 'the owners of account % are %, and not %', NEW.account_id, account.owners, NEW.before
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.number := 1 + coalesce((SELECT max(c.number) FROM ${flyway:defaultSchema}.account_owner_changes c
                                WHERE c.account_id = NEW.account_id), 0);
    NEW.db_user := session_user;
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER account_owner_changes_are_numbered BEFORE INSERT ON account_owner_changes
    FOR EACH ROW EXECUTE FUNCTION begin_owner_change();

CREATE FUNCTION make_owner_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ${flyway:defaultSchema}.accounts SET owners = NEW.after WHERE id = NEW.account_id;
    RETURN NULL;
END $$;

CREATE TRIGGER account_owner_changes_are_made AFTER INSERT ON account_owner_changes
    FOR EACH ROW EXECUTE FUNCTION make_owner_change();

CREATE FUNCTION refuse_unrecorded_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM (SELECT c.before, c.after FROM ${flyway:defaultSchema}.account_owner_changes c
                     WHERE c.account_id = NEW.id ORDER BY c.number DESC LIMIT 1) latest
        WHERE latest.before IS NOT DISTINCT FROM OLD.owners AND latest.after IS NOT DISTINCT FROM NEW.owners)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'owners of account % are changed by a row of account_owner_changes alone', NEW.id
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Fires only for statements that name the column: posting a batch sets balances alone and never pays for it.
CREATE TRIGGER accounts_keep_owners BEFORE UPDATE OF owners ON accounts
    FOR EACH ROW WHEN (OLD.owners IS DISTINCT FROM NEW.owners) EXECUTE FUNCTION refuse_unrecorded_owners();
CREATE TRIGGER accounts_open_without_owners BEFORE INSERT ON accounts
    FOR EACH ROW WHEN (NEW.owners IS NOT NULL) EXECUTE FUNCTION refuse_unrecorded_owners();

-- The same as before, and an owner must have asked. So a program that knows no owners can't pay either. Held money was
-- promised before, an opening balance comes from no client, and what is rebuilt was allowed when it was posted.
CREATE OR REPLACE FUNCTION require_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stray record;
BEGIN
    SELECT e.payment_id, e.account_id INTO stray
    FROM new_entries e
    WHERE (SELECT e.amount_minor = CASE e.account_id WHEN p.debtor_account THEN -p.amount_minor
                                                     WHEN p.creditor_account THEN p.amount_minor END
                  AND (a.owners IS NULL OR e.account_id = p.creditor_account OR p.client_id = ANY (a.owners)
                       OR coalesce(p.step, '') = 'CAPTURE' OR p.event_partition IS NULL
                       OR coalesce(current_setting('hapax.rebuilt', true), '') = 'yes')
           FROM ${flyway:defaultSchema}.payments p
           JOIN ${flyway:defaultSchema}.accounts a ON a.id = e.account_id AND a.currency = p.currency
           WHERE p.payment_id = e.payment_id AND p.entry_id = e.entry_id) IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry of payment % on account % is refused: it is no side of a completed payment of an owner',
            stray.payment_id, stray.account_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

-- Payments are looked up for accounts with owners alone.
CREATE FUNCTION require_owner_of_hold() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
    stray record;
BEGIN
    SELECT h.payment_id, h.debtor_account INTO stray
    FROM new_holds h
    WHERE (SELECT CASE WHEN a.owners IS NULL OR coalesce(current_setting('hapax.rebuilt', true), '') = 'yes' THEN true
                       ELSE EXISTS (SELECT FROM ${flyway:defaultSchema}.payments p
                                    WHERE p.payment_id = h.payment_id AND p.client_id = ANY (a.owners)) END
           FROM ${flyway:defaultSchema}.accounts a WHERE a.id = h.debtor_account) IS NOT TRUE
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'reservation % on account % is refused: no owner asked for it', stray.payment_id, stray.debtor_account
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER open_reservations_are_by_owners AFTER INSERT ON open_reservations REFERENCING NEW TABLE AS new_holds
    FOR EACH STATEMENT EXECUTE FUNCTION require_owner_of_hold();

CREATE FUNCTION owners_check() RETURNS TABLE (violated text, subject text, expected numeric, found numeric)
LANGUAGE sql STABLE AS $$
    WITH changes AS (
        SELECT account_id, number, before, after, lag(after) OVER w AS left_by, lag(number, 1, 0) OVER w AS previous,
               lead(number) OVER w AS next
        FROM account_owner_changes
        WINDOW w AS (PARTITION BY account_id ORDER BY number)
    )
    SELECT 'owners are those of the latest change', a.id::text, NULL::numeric, NULL::numeric
    FROM accounts a LEFT JOIN changes c ON c.account_id = a.id AND c.next IS NULL
    WHERE a.owners IS DISTINCT FROM c.after

    UNION ALL
    SELECT 'a change of owners follows from the one before', c.account_id || ' change ' || c.number, c.previous + 1::numeric,
           c.number::numeric
    FROM changes c
    WHERE c.number <> c.previous + 1 OR c.before IS DISTINCT FROM c.left_by
$$;

ALTER FUNCTION ledger_check() RENAME TO money_check;

CREATE FUNCTION ledger_check() RETURNS TABLE (violated text, subject text, expected numeric, found numeric)
LANGUAGE sql STABLE AS $$
    SELECT * FROM money_check() UNION ALL SELECT * FROM owners_check()
$$;

COMMENT ON FUNCTION ledger_check() IS
    'Proves that the books are right: no row means that entries sum to zero per currency, every balance equals the sum of '
    'its entries, every payment that moved money has exactly its two entries, what is held equals the open reservations, '
    'and owners are what the record of their changes says.';

GRANT SELECT ON account_owner_changes TO hapax_ledger;
GRANT EXECUTE ON FUNCTION money_check(), owners_check(), ledger_check() TO hapax_ledger;
