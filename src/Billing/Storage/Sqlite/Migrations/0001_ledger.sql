-- Amounts are nano-USD and rao, times are milliseconds since 1970 UTC, ids are their public text.

CREATE TABLE org_account (
    org       TEXT    NOT NULL PRIMARY KEY,
    available INTEGER NOT NULL DEFAULT 0 CHECK (available >= 0),
    leased    INTEGER NOT NULL DEFAULT 0 CHECK (leased >= 0),
    spent     INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    refunded  INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    frozen    INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE replica (
    incarnation TEXT    NOT NULL PRIMARY KEY,
    node        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('live', 'orphaned', 'drained', 'force_closed')),
    seq         INTEGER NOT NULL DEFAULT 0 CHECK (seq >= 0),
    beat        INTEGER NOT NULL DEFAULT 0 CHECK (beat >= 0),
    seen        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX replica_live ON replica (seen) WHERE state = 'live';

CREATE TABLE lease (
    incarnation TEXT    NOT NULL REFERENCES replica (incarnation),
    account     TEXT    NOT NULL REFERENCES org_account (org),
    granted     INTEGER NOT NULL,
    consumed    INTEGER NOT NULL DEFAULT 0 CHECK (consumed >= 0),
    returned    INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
    op_seq      INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'draining', 'orphaned', 'closed')),
    PRIMARY KEY (incarnation, account),
    CHECK (granted - consumed - returned >= 0),
    CHECK (state <> 'closed' OR granted - consumed - returned = 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE price_version (
    id         INTEGER NOT NULL PRIMARY KEY,
    model      TEXT    NOT NULL,
    valid_from INTEGER NOT NULL,
    input      INTEGER NOT NULL CHECK (input BETWEEN 0 AND 10000000000),
    cached     INTEGER NOT NULL CHECK (cached BETWEEN 0 AND 10000000000),
    output     INTEGER NOT NULL CHECK (output BETWEEN 0 AND 10000000000),
    reasoning  INTEGER NOT NULL CHECK (reasoning BETWEEN 0 AND 10000000000),
    share_ppm  INTEGER NOT NULL CHECK (share_ppm BETWEEN 0 AND 1000000),
    author     TEXT    NOT NULL,
    UNIQUE (model, valid_from)
) STRICT;

CREATE TABLE lot (
    id        TEXT    NOT NULL PRIMARY KEY,
    org       TEXT    NOT NULL REFERENCES org_account (org),
    kind      TEXT    NOT NULL CHECK (kind IN ('paid', 'promo')),
    deposit   TEXT,
    rate      INTEGER NOT NULL CHECK (rate > 0),
    rao       INTEGER NOT NULL CHECK (rao > 0),
    nusd      INTEGER NOT NULL CHECK (nusd > 0),
    rao_left  INTEGER NOT NULL CHECK (rao_left BETWEEN 0 AND rao),
    nusd_left INTEGER NOT NULL CHECK (nusd_left BETWEEN 0 AND nusd),
    expires   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX lot_org ON lot (org);

CREATE TABLE deposit (
    genesis     TEXT    NOT NULL,
    block_hash  TEXT    NOT NULL,
    event_index INTEGER NOT NULL CHECK (event_index >= 0),
    height      INTEGER NOT NULL CHECK (height >= 0),
    address     TEXT    NOT NULL,
    org         TEXT    NOT NULL REFERENCES org_account (org),
    rao         INTEGER NOT NULL CHECK (rao > 0),
    block_time  INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('finalized', 'below_minimum', 'awaiting_rate', 'credited', 'swept')),
    anomaly     TEXT    NOT NULL DEFAULT 'none'
        CHECK (anomaly IN ('none', 'unattributed', 'unsupported_asset', 'drift', 'sanctions')),
    rate        INTEGER,
    lot         TEXT    REFERENCES lot (id),
    PRIMARY KEY (genesis, block_hash, event_index),
    CHECK ((state IN ('credited', 'swept')) = (lot IS NOT NULL AND rate IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX deposit_org ON deposit (org, height);

CREATE TABLE posting (
    group_id TEXT    NOT NULL,
    n        INTEGER NOT NULL CHECK (n >= 0),
    account  TEXT    NOT NULL,
    asset    TEXT    NOT NULL CHECK (asset IN ('NUSD', 'RAO')),
    amount   INTEGER NOT NULL CHECK (amount <> 0),
    kind     TEXT    NOT NULL,
    ref      TEXT    NOT NULL,
    PRIMARY KEY (group_id, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX posting_account ON posting (account, asset);

CREATE TABLE usage_record (
    day             INTEGER NOT NULL,
    request_id      TEXT    NOT NULL,
    incarnation     TEXT    NOT NULL,
    org             TEXT    NOT NULL REFERENCES org_account (org),
    key_id          TEXT    NOT NULL,
    endpoint        TEXT    NOT NULL,
    model_asked     TEXT    NOT NULL,
    model_served    TEXT,
    strategy        TEXT    NOT NULL,
    started         INTEGER NOT NULL,
    ended           INTEGER NOT NULL,
    ending          TEXT    NOT NULL CHECK (ending IN ('complete', 'cut', 'client_gone', 'failed')),
    settlement      TEXT    NOT NULL CHECK (settlement IN ('settled', 'uncollectible')),
    finish_reason   TEXT    NOT NULL,
    input           INTEGER NOT NULL CHECK (input >= 0),
    cached          INTEGER NOT NULL CHECK (cached BETWEEN 0 AND input),
    output          INTEGER NOT NULL CHECK (output >= 0),
    reasoning       INTEGER NOT NULL CHECK (reasoning BETWEEN 0 AND output),
    estimated       INTEGER NOT NULL CHECK (estimated IN (0, 1)),
    hold            INTEGER NOT NULL CHECK (hold >= 0),
    charge          INTEGER NOT NULL CHECK (charge BETWEEN 0 AND hold),
    price_version   INTEGER REFERENCES price_version (id),
    attempts        TEXT    NOT NULL,
    request_commit  BLOB    NOT NULL CHECK (length(request_commit) IN (0, 32)),
    response_commit BLOB    NOT NULL CHECK (length(response_commit) IN (0, 32)),
    receipt         BLOB,
    PRIMARY KEY (day, request_id),
    CHECK (charge = 0 OR price_version IS NOT NULL),
    CHECK (charge = 0 OR ending <> 'failed'),
    CHECK (charge = 0 OR output > 0 OR ending = 'complete')
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_roll (
    org      TEXT    NOT NULL,
    key_id   TEXT    NOT NULL,
    model    TEXT    NOT NULL,
    hour     INTEGER NOT NULL,
    requests INTEGER NOT NULL CHECK (requests >= 0),
    input    INTEGER NOT NULL CHECK (input >= 0),
    cached   INTEGER NOT NULL CHECK (cached >= 0),
    output   INTEGER NOT NULL CHECK (output >= 0),
    charge   INTEGER NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (org, key_id, model, hour)
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_roll_key ON usage_roll (key_id);

CREATE TRIGGER posting_is_immutable BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'postings are immutable'); END;
CREATE TRIGGER posting_is_permanent BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'postings are immutable'); END;
CREATE TRIGGER price_version_is_immutable BEFORE UPDATE ON price_version
BEGIN SELECT RAISE(ABORT, 'price versions are immutable'); END;
CREATE TRIGGER price_version_is_permanent BEFORE DELETE ON price_version
BEGIN SELECT RAISE(ABORT, 'price versions are immutable'); END;
