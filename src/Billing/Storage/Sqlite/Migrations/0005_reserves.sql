-- Proof of reserves: one signed root a day, and each organisation's own leaf with its way up. Neither ever changes.

CREATE TABLE reserve_root (
    day           TEXT    NOT NULL PRIMARY KEY CHECK (length(day) = 10),
    at            INTEGER NOT NULL,
    height        INTEGER NOT NULL CHECK (height >= 0),
    root          BLOB    NOT NULL CHECK (length(root) = 32),
    total         INTEGER NOT NULL CHECK (total >= 0),
    miner_payable INTEGER NOT NULL CHECK (miner_payable >= 0),
    assets        INTEGER NOT NULL,
    ratio_ppm     INTEGER,
    signed        BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reserve_leaf (
    org  TEXT    NOT NULL REFERENCES org_account (org),
    day  TEXT    NOT NULL REFERENCES reserve_root (day),
    rao  INTEGER NOT NULL CHECK (rao >= 0),
    salt BLOB    NOT NULL CHECK (length(salt) = 32),
    path BLOB    NOT NULL CHECK (length(path) % 41 = 0),
    PRIMARY KEY (org, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reserve_root_is_immutable BEFORE UPDATE ON reserve_root
BEGIN SELECT RAISE(ABORT, 'published reserves are immutable'); END;
CREATE TRIGGER reserve_root_is_permanent BEFORE DELETE ON reserve_root
BEGIN SELECT RAISE(ABORT, 'published reserves are immutable'); END;
CREATE TRIGGER reserve_leaf_is_immutable BEFORE UPDATE ON reserve_leaf
BEGIN SELECT RAISE(ABORT, 'published reserves are immutable'); END;
CREATE TRIGGER reserve_leaf_is_permanent BEFORE DELETE ON reserve_leaf
BEGIN SELECT RAISE(ABORT, 'published reserves are immutable'); END;

-- Usage is asked for by organisation and time; the primary key has the time last.
CREATE INDEX usage_roll_org_hour ON usage_roll (org, hour);
