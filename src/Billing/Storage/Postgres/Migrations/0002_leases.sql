-- Leases with journals: budgets beside credit, what running requests hold, and rolls by project and end user.

ALTER TABLE org_account ADD COLUMN pressure bigint NOT NULL DEFAULT 0 CHECK (pressure IN (0, 1));
ALTER TABLE org_account ADD COLUMN rolled bigint NOT NULL DEFAULT 0 CHECK (rolled >= 0);

-- An allowance of one period: an organisation's, project's, key's or end user's budget.
CREATE TABLE budget (
    account text NOT NULL PRIMARY KEY,
    org     text NOT NULL REFERENCES org_account (org),
    kind    text NOT NULL CHECK (kind IN ('organization', 'project', 'key', 'user')),
    cap     bigint NOT NULL CHECK (cap >= 0),
    leased  bigint NOT NULL DEFAULT 0 CHECK (leased >= 0),
    spent   bigint NOT NULL DEFAULT 0 CHECK (spent >= 0)
);

CREATE INDEX budget_org ON budget (org);

ALTER TABLE lease DROP CONSTRAINT lease_account_fkey;
ALTER TABLE lease ADD COLUMN org text;
UPDATE lease SET org = account;
ALTER TABLE lease ALTER COLUMN org SET NOT NULL;
ALTER TABLE lease ADD COLUMN held bigint NOT NULL DEFAULT 0 CHECK (held >= 0);
ALTER TABLE lease ADD COLUMN missing bigint NOT NULL DEFAULT 0 CHECK (missing >= 0);
ALTER TABLE lease ALTER COLUMN granted SET DEFAULT 0;
ALTER TABLE lease ALTER COLUMN op_seq SET DEFAULT 0;

CREATE INDEX lease_account ON lease (account) WHERE state <> 'closed';

ALTER TABLE usage_record ADD COLUMN project text NOT NULL DEFAULT '';
ALTER TABLE usage_record ADD COLUMN end_user text NOT NULL DEFAULT '';
ALTER TABLE usage_record ADD COLUMN images bigint NOT NULL DEFAULT 0 CHECK (images >= 0);
ALTER TABLE usage_record ADD COLUMN audio_ms bigint NOT NULL DEFAULT 0 CHECK (audio_ms >= 0);
ALTER TABLE usage_record ADD COLUMN characters bigint NOT NULL DEFAULT 0 CHECK (characters >= 0);

CREATE INDEX usage_record_org ON usage_record (org, started);

-- Units other than tokens may cost up to 10 USD each.
ALTER TABLE price_version ADD COLUMN request bigint NOT NULL DEFAULT 0 CHECK (request BETWEEN 0 AND 10000000000000);
ALTER TABLE price_version ADD COLUMN image bigint NOT NULL DEFAULT 0 CHECK (image BETWEEN 0 AND 10000000000000);
ALTER TABLE price_version ADD COLUMN audio_ms bigint NOT NULL DEFAULT 0 CHECK (audio_ms BETWEEN 0 AND 10000000000000);
ALTER TABLE price_version ADD COLUMN character bigint NOT NULL DEFAULT 0
    CHECK (character BETWEEN 0 AND 10000000000000);

CREATE TABLE usage_roll_wide (
    org        text NOT NULL,
    project    text NOT NULL,
    key_id     text NOT NULL,
    end_user   text NOT NULL,
    model      text NOT NULL,
    hour       bigint NOT NULL,
    requests   bigint NOT NULL CHECK (requests >= 0),
    input      bigint NOT NULL CHECK (input >= 0),
    cached     bigint NOT NULL CHECK (cached >= 0),
    output     bigint NOT NULL CHECK (output >= 0),
    reasoning  bigint NOT NULL CHECK (reasoning >= 0),
    images     bigint NOT NULL CHECK (images >= 0),
    audio_ms   bigint NOT NULL CHECK (audio_ms >= 0),
    characters bigint NOT NULL CHECK (characters >= 0),
    charge     bigint NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (org, project, key_id, end_user, model, hour)
);

INSERT INTO usage_roll_wide
SELECT org, '', key_id, '', model, hour, requests, input, cached, output, 0, 0, 0, 0, charge FROM usage_roll;

DROP TABLE usage_roll;
ALTER TABLE usage_roll_wide RENAME TO usage_roll;

CREATE INDEX usage_roll_key ON usage_roll (key_id);

-- What miners have earned of an organisation's spending that no lot has paid for yet.
CREATE TABLE miner_accrual (
    org      text NOT NULL REFERENCES org_account (org),
    upstream text NOT NULL,
    nusd     bigint NOT NULL CHECK (nusd >= 0),
    PRIMARY KEY (org, upstream)
);

-- Records that broke a rule when they were applied: kept whole for whoever looks, their organisation frozen.
CREATE TABLE quarantined_record (
    incarnation text NOT NULL,
    seq         bigint NOT NULL,
    org         text NOT NULL,
    reason      text NOT NULL,
    record      bytea NOT NULL,
    PRIMARY KEY (incarnation, seq)
);

-- A run of records is copied in at once: a look-up of its organisation and price for each row would be most of its cost.
-- The push has locked the one, the other never changes, and the audit looks for both.
ALTER TABLE usage_record DROP CONSTRAINT usage_record_org_fkey;
ALTER TABLE usage_record DROP CONSTRAINT usage_record_price_version_fkey;
