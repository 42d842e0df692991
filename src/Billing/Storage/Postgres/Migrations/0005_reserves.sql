-- Proof of reserves: one signed root a day, and each organisation's own leaf with its way up. Neither ever changes.

CREATE TABLE reserve_root (
    day           text    NOT NULL PRIMARY KEY CHECK (length(day) = 10),
    at            bigint  NOT NULL,
    height        bigint  NOT NULL CHECK (height >= 0),
    root          bytea   NOT NULL CHECK (length(root) = 32),
    total         bigint  NOT NULL CHECK (total >= 0),
    miner_payable bigint  NOT NULL CHECK (miner_payable >= 0),
    assets        bigint  NOT NULL,
    ratio_ppm     bigint,
    signed        bytea   NOT NULL
);

CREATE TABLE reserve_leaf (
    org  text    NOT NULL REFERENCES org_account (org),
    day  text    NOT NULL REFERENCES reserve_root (day),
    rao  bigint  NOT NULL CHECK (rao >= 0),
    salt bytea   NOT NULL CHECK (length(salt) = 32),
    path bytea   NOT NULL CHECK (length(path) % 41 = 0),
    PRIMARY KEY (org, day)
);

CREATE TRIGGER reserve_root_is_immutable BEFORE UPDATE OR DELETE ON reserve_root
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reserve_leaf_is_immutable BEFORE UPDATE OR DELETE ON reserve_leaf
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Usage is asked for by organisation and time; the primary key has the time last.
CREATE INDEX usage_roll_org_hour ON usage_roll (org, hour);
