-- Amounts as people read them, such as 1,234.50 EUR.

CREATE TEMP TABLE currency_decimals (currency text PRIMARY KEY, decimals integer NOT NULL);

CREATE FUNCTION pg_temp.money(minor numeric, code text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN code IS NULL THEN minor || ' minor units'
                ELSE to_char(minor / 10::numeric ^ c.decimals, 'FM999,999,999,999,999,999,999,999,990'
                         || CASE WHEN c.decimals > 0 THEN '.' || repeat('0', c.decimals) ELSE '' END) || ' ' || code END
    FROM (SELECT coalesce((SELECT d.decimals FROM currency_decimals d WHERE d.currency = code), 2) AS decimals) c
$$;
