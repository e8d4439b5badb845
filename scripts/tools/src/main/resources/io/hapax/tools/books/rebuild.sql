-- A ledger beside the live one, empty, and the tables of log.sql. Unlogged: a crash of the database empties them, and they are
-- built again.

-- In the order of reading, which keeps that of each partition.
ALTER TABLE event ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY;

-- How far each topic is read, and where to end; fixed when the rebuild begins.
CREATE UNLOGGED TABLE progress (
    topic         text    NOT NULL,
    log_partition integer NOT NULL,
    starts_at     bigint  NOT NULL,
    next_offset   bigint  NOT NULL,
    end_offset    bigint  NOT NULL,
    PRIMARY KEY (topic, log_partition)
);

-- Which topics these are: under the same name there may be others, on another cluster or made again.
CREATE UNLOGGED TABLE source (topic text PRIMARY KEY, topic_id text NOT NULL);

-- Records that could not be read: what is rebuilt may lack what they ask for.
CREATE UNLOGGED TABLE unread (
    topic         text    NOT NULL,
    log_partition integer NOT NULL,
    log_offset    bigint  NOT NULL,
    reason        text    NOT NULL,
    PRIMARY KEY (topic, log_partition, log_offset)
);

-- Steps that are done; for postings, up to which of them.
CREATE UNLOGGED TABLE step (name text PRIMARY KEY, done bigint NOT NULL);

-- Postings of which not the published outcome counts, but what the rule decided.
CREATE UNLOGGED TABLE decided (n bigint PRIMARY KEY, status text NOT NULL, failure_reason text, failed_account text);

CREATE UNLOGGED TABLE contradiction (subject text NOT NULL, detail text NOT NULL);

CREATE UNLOGGED TABLE accounts (LIKE LIVE.accounts INCLUDING DEFAULTS);

CREATE UNLOGGED TABLE payments (LIKE LIVE.payments INCLUDING DEFAULTS INCLUDING CONSTRAINTS);

CREATE UNLOGGED TABLE entries (LIKE LIVE.entries INCLUDING CONSTRAINTS);

CREATE UNLOGGED TABLE reservation_ends (LIKE LIVE.reservation_ends INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (reservation_id));

CREATE UNLOGGED TABLE open_reservations (LIKE LIVE.open_reservations INCLUDING CONSTRAINTS, PRIMARY KEY (payment_id));

CREATE UNLOGGED TABLE ledger_clocks (LIKE LIVE.ledger_clocks, PRIMARY KEY (event_partition));

-- What captures and voidings ask of the reservation that they name, in a later set of events too.
CREATE UNLOGGED TABLE reserved (
    payment_id      uuid    PRIMARY KEY,
    client_id       text    NOT NULL,
    debtor_account  text    NOT NULL,
    event_partition integer NOT NULL,
    failed          boolean NOT NULL
);

-- Whom captures paid that moved money: their events name no creditor.
CREATE UNLOGGED TABLE paid (n bigint PRIMARY KEY, creditor_account text NOT NULL);
