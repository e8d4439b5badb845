-- Accounts stay what they are: closed for good, on the terms of their opening, and system accounts what the ledger needs them to be.

-- Fires only for statements that name one of these columns: posting a batch sets balances alone and never pays for it.
CREATE TRIGGER accounts_keep_terms BEFORE UPDATE OF kind, overdraft_limit_minor, opening_balance_minor, opened_at ON accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % was closed on % and is closed for good', OLD.id, OLD.closed_at
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER accounts_are_closed_for_good BEFORE UPDATE OF status, closed_at ON accounts
    FOR EACH ROW WHEN (OLD.status = 'CLOSED') EXECUTE FUNCTION refuse_reopening();

-- Opening balances come from system:CURRENCY. An account of that name with another currency or kind, or a closed one, would
-- stop every later opening in the currency, and could never be put right. Only new rows are looked at: an account that an
-- earlier version let pass can still be posted to.
CREATE FUNCTION refuse_system_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % is refused: system:CURRENCY is the open SYSTEM account of that currency, where opening balances come from',
        NEW.id USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER accounts_system_is_what_it_says BEFORE INSERT ON accounts
    FOR EACH ROW WHEN (NEW.id LIKE 'system:%' AND (NEW.id <> 'system:' || NEW.currency OR NEW.kind <> 'SYSTEM'))
    EXECUTE FUNCTION refuse_system_account();

CREATE TRIGGER accounts_system_stays_open BEFORE UPDATE OF status ON accounts
    FOR EACH ROW WHEN (NEW.id LIKE 'system:%' AND NEW.status = 'CLOSED') EXECUTE FUNCTION refuse_system_account();
