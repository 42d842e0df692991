-- Leases with journals: budgets beside credit, what running requests hold, and rolls by project and end user.

ALTER TABLE org_account ADD COLUMN pressure INTEGER NOT NULL DEFAULT 0 CHECK (pressure IN (0, 1));
ALTER TABLE org_account ADD COLUMN rolled INTEGER NOT NULL DEFAULT 0 CHECK (rolled >= 0);

-- An allowance of one period: an organisation's, project's, key's or end user's budget.
CREATE TABLE budget (
    account TEXT NOT NULL PRIMARY KEY,
    org     TEXT NOT NULL REFERENCES org_account (org),
    kind    TEXT NOT NULL CHECK (kind IN ('organization', 'project', 'key', 'user')),
    cap     INTEGER NOT NULL CHECK (cap >= 0),
    leased  INTEGER NOT NULL DEFAULT 0 CHECK (leased >= 0),
    spent   INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX budget_org ON budget (org);

CREATE TABLE lease_of_any (
    incarnation TEXT    NOT NULL REFERENCES replica (incarnation),
    account     TEXT    NOT NULL,
    org         TEXT    NOT NULL,
    granted     INTEGER NOT NULL DEFAULT 0,
    consumed    INTEGER NOT NULL DEFAULT 0 CHECK (consumed >= 0),
    returned    INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
    held        INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    missing     INTEGER NOT NULL DEFAULT 0 CHECK (missing >= 0),
    op_seq      INTEGER NOT NULL DEFAULT 0,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'draining', 'orphaned', 'closed')),
    PRIMARY KEY (incarnation, account),
    CHECK (granted - consumed - returned >= 0),
    CHECK (state <> 'closed' OR granted - consumed - returned = 0)
) STRICT, WITHOUT ROWID;

INSERT INTO lease_of_any (incarnation, account, org, granted, consumed, returned, op_seq, state)
SELECT incarnation, account, account, granted, consumed, returned, op_seq, state FROM lease;

DROP TABLE lease;
ALTER TABLE lease_of_any RENAME TO lease;

CREATE INDEX lease_account ON lease (account) WHERE state <> 'closed';

ALTER TABLE usage_record ADD COLUMN project TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_record ADD COLUMN end_user TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_record ADD COLUMN images INTEGER NOT NULL DEFAULT 0 CHECK (images >= 0);
ALTER TABLE usage_record ADD COLUMN audio_ms INTEGER NOT NULL DEFAULT 0 CHECK (audio_ms >= 0);
ALTER TABLE usage_record ADD COLUMN characters INTEGER NOT NULL DEFAULT 0 CHECK (characters >= 0);

CREATE INDEX usage_record_org ON usage_record (org, started);

-- Units other than tokens may cost up to 10 USD each.
ALTER TABLE price_version ADD COLUMN request INTEGER NOT NULL DEFAULT 0 CHECK (request BETWEEN 0 AND 10000000000000);
ALTER TABLE price_version ADD COLUMN image INTEGER NOT NULL DEFAULT 0 CHECK (image BETWEEN 0 AND 10000000000000);
ALTER TABLE price_version ADD COLUMN audio_ms INTEGER NOT NULL DEFAULT 0 CHECK (audio_ms BETWEEN 0 AND 10000000000000);
ALTER TABLE price_version ADD COLUMN character INTEGER NOT NULL DEFAULT 0
    CHECK (character BETWEEN 0 AND 10000000000000);

CREATE TABLE usage_roll_wide (
    org        TEXT NOT NULL,
    project    TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    end_user   TEXT NOT NULL,
    model      TEXT NOT NULL,
    hour       INTEGER NOT NULL,
    requests   INTEGER NOT NULL CHECK (requests >= 0),
    input      INTEGER NOT NULL CHECK (input >= 0),
    cached     INTEGER NOT NULL CHECK (cached >= 0),
    output     INTEGER NOT NULL CHECK (output >= 0),
    reasoning  INTEGER NOT NULL CHECK (reasoning >= 0),
    images     INTEGER NOT NULL CHECK (images >= 0),
    audio_ms   INTEGER NOT NULL CHECK (audio_ms >= 0),
    characters INTEGER NOT NULL CHECK (characters >= 0),
    charge     INTEGER NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (org, project, key_id, end_user, model, hour)
) STRICT, WITHOUT ROWID;

INSERT INTO usage_roll_wide
SELECT org, '', key_id, '', model, hour, requests, input, cached, output, 0, 0, 0, 0, charge FROM usage_roll;

DROP TABLE usage_roll;
ALTER TABLE usage_roll_wide RENAME TO usage_roll;

CREATE INDEX usage_roll_key ON usage_roll (key_id);

-- What miners have earned of an organisation's spending that no lot has paid for yet.
CREATE TABLE miner_accrual (
    org      TEXT NOT NULL REFERENCES org_account (org),
    upstream TEXT NOT NULL,
    nusd     INTEGER NOT NULL CHECK (nusd >= 0),
    PRIMARY KEY (org, upstream)
) STRICT, WITHOUT ROWID;

-- Records that broke a rule when they were applied: kept whole for whoever looks, their organisation frozen.
CREATE TABLE quarantined_record (
    incarnation TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    org         TEXT NOT NULL,
    reason      TEXT NOT NULL,
    record      BLOB NOT NULL,
    PRIMARY KEY (incarnation, seq)
) STRICT, WITHOUT ROWID;
