-- Deposits that wait, rates with their samples, refunds and payouts, miners' payables, and who decided what.

-- n is the order in which an organisation's lots were opened: they pay in it.
CREATE TABLE lot_of_any (
    id        TEXT    NOT NULL PRIMARY KEY,
    org       TEXT    NOT NULL REFERENCES org_account (org),
    n         INTEGER NOT NULL CHECK (n > 0),
    kind      TEXT    NOT NULL CHECK (kind IN ('paid', 'promo', 'correction')),
    deposit   TEXT,
    rate      INTEGER NOT NULL CHECK (rate > 0),
    rao       INTEGER NOT NULL CHECK (rao > 0),
    nusd      INTEGER NOT NULL CHECK (nusd > 0),
    rao_left  INTEGER NOT NULL CHECK (rao_left BETWEEN 0 AND rao),
    nusd_left INTEGER NOT NULL CHECK (nusd_left BETWEEN 0 AND nusd),
    expires   INTEGER,
    expired   INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
    UNIQUE (org, n),
    CHECK (nusd_left > 0 OR rao_left = 0),
    CHECK (nusd_left + expired <= nusd),
    CHECK ((kind = 'promo') = (expires IS NOT NULL)),
    CHECK (kind = 'promo' OR expired = 0)
) STRICT, WITHOUT ROWID;

INSERT INTO lot_of_any (id, org, n, kind, deposit, rate, rao, nusd, rao_left, nusd_left, expires)
SELECT id, org, row_number() OVER (PARTITION BY org ORDER BY id), kind, deposit, rate, rao, nusd, rao_left, nusd_left,
    expires
FROM lot;

-- An observation of TAO's price, or one that waits for a person because it jumped.
CREATE TABLE fx_sample (
    id      INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    rate    INTEGER NOT NULL CHECK (rate > 0),
    sources TEXT    NOT NULL,
    held    INTEGER NOT NULL CHECK (held IN (0, 1))
) STRICT;

CREATE INDEX fx_sample_at ON fx_sample (at);

CREATE TABLE fx_release (
    sample  INTEGER NOT NULL PRIMARY KEY REFERENCES fx_sample (id),
    at      INTEGER NOT NULL,
    person  TEXT    NOT NULL,
    because TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Where no organisation is known the transfer is kept all the same, and waits for a person.
CREATE TABLE deposit_of_any (
    genesis     TEXT    NOT NULL,
    block_hash  TEXT    NOT NULL,
    event_index INTEGER NOT NULL CHECK (event_index >= 0),
    height      INTEGER NOT NULL CHECK (height >= 0),
    address     TEXT    NOT NULL,
    sender      TEXT,
    org         TEXT    REFERENCES org_account (org),
    rao         INTEGER NOT NULL CHECK (rao > 0),
    block_time  INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN
        ('finalized', 'below_minimum', 'awaiting_rate', 'quarantined', 'credited', 'swept', 'refunded', 'ours')),
    anomaly     TEXT    NOT NULL DEFAULT 'none'
        CHECK (anomaly IN ('none', 'unattributed', 'unsupported_asset', 'drift', 'sanctions')),
    rate        INTEGER,
    rate_id     INTEGER REFERENCES fx_sample (id),
    lot         TEXT    REFERENCES lot_of_any (id),
    PRIMARY KEY (genesis, block_hash, event_index),
    CHECK ((state IN ('credited', 'swept')) = (lot IS NOT NULL AND rate IS NOT NULL)),
    CHECK (org IS NOT NULL OR state IN ('quarantined', 'refunded', 'ours'))
) STRICT, WITHOUT ROWID;

INSERT INTO deposit_of_any
    (genesis, block_hash, event_index, height, address, org, rao, block_time, state, anomaly, rate, lot)
SELECT genesis, block_hash, event_index, height, address, org, rao, block_time, state, anomaly, rate, lot FROM deposit;

DROP TABLE deposit;
DROP TABLE lot;
ALTER TABLE lot_of_any RENAME TO lot;
ALTER TABLE deposit_of_any RENAME TO deposit;

CREATE INDEX lot_open ON lot (org) WHERE nusd_left > 0;
CREATE INDEX lot_expiry ON lot (expires) WHERE expires IS NOT NULL AND nusd_left > 0;
CREATE INDEX deposit_org ON deposit (org, height);
CREATE INDEX deposit_dust ON deposit (genesis, address) WHERE state = 'below_minimum';
CREATE INDEX deposit_waiting ON deposit (org) WHERE state = 'awaiting_rate';
CREATE INDEX deposit_address ON deposit (address);

-- What is owed to miners in rao: owed falls when paid, in_payout is the part of it that open payouts hold.
CREATE TABLE miner_payable (
    netuid    INTEGER NOT NULL CHECK (netuid BETWEEN 0 AND 65535),
    hotkey    TEXT    NOT NULL,
    owed      INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0),
    in_payout INTEGER NOT NULL DEFAULT 0 CHECK (in_payout BETWEEN 0 AND owed),
    PRIMARY KEY (netuid, hotkey)
) STRICT, WITHOUT ROWID;

-- A refund leaves the first state only with a first approver, and is signed only with a second: three people.
CREATE TABLE payout (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('refund', 'sweep', 'miner', 'withdraw')),
    org          TEXT    REFERENCES org_account (org),
    dest         TEXT    NOT NULL,
    rao          INTEGER NOT NULL CHECK (rao > 0),
    nusd         INTEGER NOT NULL CHECK (nusd >= 0),
    state        TEXT    NOT NULL CHECK (state IN ('requested', 'approved1', 'approved2', 'signed', 'broadcast',
        'in_block', 'expired', 'finalized', 'failed', 'cancelled')),
    requested_by TEXT    NOT NULL,
    requested    INTEGER NOT NULL,
    not_before   INTEGER NOT NULL,
    approver1    TEXT,
    approver2    TEXT,
    nonce        INTEGER,
    era          TEXT,
    signed       BLOB,
    hash         TEXT,
    block        TEXT,
    changed      INTEGER NOT NULL,
    CHECK ((kind = 'refund') = (org IS NOT NULL)),
    CHECK (approver1 <> requested_by AND approver2 <> requested_by AND approver1 <> approver2),
    CHECK (kind NOT IN ('refund', 'withdraw') OR state IN ('requested', 'failed', 'cancelled')
        OR (approver1 IS NOT NULL AND (state = 'approved1' OR approver2 IS NOT NULL))),
    CHECK (state NOT IN ('signed', 'broadcast', 'in_block', 'expired', 'finalized')
        OR (signed IS NOT NULL AND hash IS NOT NULL AND nonce IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX payout_org ON payout (org, requested) WHERE org IS NOT NULL;
CREATE INDEX payout_open ON payout (state) WHERE state NOT IN ('finalized', 'failed', 'cancelled');

CREATE TABLE payout_part (
    payout TEXT    NOT NULL REFERENCES payout (id),
    n      INTEGER NOT NULL CHECK (n >= 0),
    lot    TEXT    REFERENCES lot (id),
    netuid INTEGER,
    hotkey TEXT,
    rao    INTEGER NOT NULL CHECK (rao >= 0),
    nusd   INTEGER NOT NULL CHECK (nusd >= 0),
    PRIMARY KEY (payout, n),
    CHECK ((lot IS NULL) = (netuid IS NOT NULL AND hotkey IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX payout_part_lot ON payout_part (lot) WHERE lot IS NOT NULL;

-- A price that stands again as it should have been: what its requests paid too much, given back once each.
CREATE TABLE re_rate (
    request_id    TEXT    NOT NULL PRIMARY KEY,
    org           TEXT    NOT NULL REFERENCES org_account (org),
    price_version INTEGER NOT NULL REFERENCES price_version (id),
    charge        INTEGER NOT NULL CHECK (charge > 0),
    back          INTEGER NOT NULL CHECK (back BETWEEN 1 AND charge),
    act           TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX re_rate_org ON re_rate (org);

CREATE TABLE price_change (
    id       INTEGER NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    author   TEXT    NOT NULL,
    approver TEXT,
    reason   TEXT    NOT NULL,
    model    TEXT    NOT NULL,
    version  INTEGER NOT NULL REFERENCES price_version (id),
    before   TEXT,
    after    TEXT    NOT NULL,
    CHECK (approver <> author)
) STRICT;

-- A file of prices whose steps are too large for one person.
CREATE TABLE price_proposal (
    hash     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    author   TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    content  TEXT    NOT NULL,
    PRIMARY KEY (hash, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE price_approval (
    hash     TEXT    NOT NULL,
    proposed INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    approver TEXT    NOT NULL,
    PRIMARY KEY (hash, proposed),
    FOREIGN KEY (hash, proposed) REFERENCES price_proposal (hash, at)
) STRICT, WITHOUT ROWID;

-- Every decision of a person about money, with the reason given.
CREATE TABLE operator_act (
    id      TEXT    NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    person  TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    because TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER fx_sample_is_immutable BEFORE UPDATE ON fx_sample
BEGIN SELECT RAISE(ABORT, 'fx_sample rows are immutable'); END;
CREATE TRIGGER fx_sample_is_permanent BEFORE DELETE ON fx_sample
BEGIN SELECT RAISE(ABORT, 'fx_sample rows are immutable'); END;
CREATE TRIGGER fx_release_is_immutable BEFORE UPDATE ON fx_release
BEGIN SELECT RAISE(ABORT, 'fx_release rows are immutable'); END;
CREATE TRIGGER fx_release_is_permanent BEFORE DELETE ON fx_release
BEGIN SELECT RAISE(ABORT, 'fx_release rows are immutable'); END;
CREATE TRIGGER re_rate_is_immutable BEFORE UPDATE ON re_rate
BEGIN SELECT RAISE(ABORT, 're_rate rows are immutable'); END;
CREATE TRIGGER re_rate_is_permanent BEFORE DELETE ON re_rate
BEGIN SELECT RAISE(ABORT, 're_rate rows are immutable'); END;
CREATE TRIGGER price_change_is_immutable BEFORE UPDATE ON price_change
BEGIN SELECT RAISE(ABORT, 'price_change rows are immutable'); END;
CREATE TRIGGER price_change_is_permanent BEFORE DELETE ON price_change
BEGIN SELECT RAISE(ABORT, 'price_change rows are immutable'); END;
CREATE TRIGGER price_proposal_is_immutable BEFORE UPDATE ON price_proposal
BEGIN SELECT RAISE(ABORT, 'price_proposal rows are immutable'); END;
CREATE TRIGGER price_proposal_is_permanent BEFORE DELETE ON price_proposal
BEGIN SELECT RAISE(ABORT, 'price_proposal rows are immutable'); END;
CREATE TRIGGER price_approval_is_immutable BEFORE UPDATE ON price_approval
BEGIN SELECT RAISE(ABORT, 'price_approval rows are immutable'); END;
CREATE TRIGGER price_approval_is_permanent BEFORE DELETE ON price_approval
BEGIN SELECT RAISE(ABORT, 'price_approval rows are immutable'); END;
CREATE TRIGGER operator_act_is_immutable BEFORE UPDATE ON operator_act
BEGIN SELECT RAISE(ABORT, 'operator_act rows are immutable'); END;
CREATE TRIGGER operator_act_is_permanent BEFORE DELETE ON operator_act
BEGIN SELECT RAISE(ABORT, 'operator_act rows are immutable'); END;
CREATE TRIGGER payout_part_is_immutable BEFORE UPDATE ON payout_part
BEGIN SELECT RAISE(ABORT, 'payout_part rows are immutable'); END;
CREATE TRIGGER payout_part_is_permanent BEFORE DELETE ON payout_part
BEGIN SELECT RAISE(ABORT, 'payout_part rows are immutable'); END;
