-- Deposits that wait, rates with their samples, refunds and payouts, miners' payables, and who decided what.

ALTER TABLE lot DROP CONSTRAINT lot_kind_check;
ALTER TABLE lot ADD CHECK (kind IN ('paid', 'promo', 'correction'));
-- n is the order in which an organisation's lots were opened: they pay in it.
ALTER TABLE lot ADD COLUMN n bigint CHECK (n > 0);
UPDATE lot SET n = o.n FROM (SELECT id, row_number() OVER (PARTITION BY org ORDER BY id) AS n FROM lot) o
WHERE o.id = lot.id;
ALTER TABLE lot ALTER COLUMN n SET NOT NULL;
ALTER TABLE lot ADD UNIQUE (org, n);
DROP INDEX lot_org;
ALTER TABLE lot ADD COLUMN expired bigint NOT NULL DEFAULT 0 CHECK (expired >= 0);
ALTER TABLE lot ADD CHECK (nusd_left > 0 OR rao_left = 0);
ALTER TABLE lot ADD CHECK (nusd_left + expired <= nusd);
ALTER TABLE lot ADD CHECK ((kind = 'promo') = (expires IS NOT NULL));
ALTER TABLE lot ADD CHECK (kind = 'promo' OR expired = 0);

-- An observation of TAO's price, or one that waits for a person because it jumped.
CREATE TABLE fx_sample (
    id      bigint NOT NULL PRIMARY KEY,
    at      bigint NOT NULL,
    rate    bigint NOT NULL CHECK (rate > 0),
    sources text    NOT NULL,
    held    bigint NOT NULL CHECK (held IN (0, 1))
);

CREATE INDEX fx_sample_at ON fx_sample (at);

CREATE TABLE fx_release (
    sample  bigint NOT NULL PRIMARY KEY REFERENCES fx_sample (id),
    at      bigint NOT NULL,
    person  text    NOT NULL,
    because text    NOT NULL
);

-- Where no organisation is known the transfer is kept all the same, and waits for a person.
ALTER TABLE deposit DROP CONSTRAINT deposit_state_check;
ALTER TABLE deposit ADD CHECK (state IN
    ('finalized', 'below_minimum', 'awaiting_rate', 'quarantined', 'credited', 'swept', 'refunded', 'ours'));
ALTER TABLE deposit ALTER COLUMN org DROP NOT NULL;
ALTER TABLE deposit ADD CHECK (org IS NOT NULL OR state IN ('quarantined', 'refunded', 'ours'));
ALTER TABLE deposit ADD COLUMN sender text;
ALTER TABLE deposit ADD COLUMN rate_id bigint REFERENCES fx_sample (id);

CREATE INDEX lot_open ON lot (org) WHERE nusd_left > 0;
CREATE INDEX lot_expiry ON lot (expires) WHERE expires IS NOT NULL AND nusd_left > 0;
CREATE INDEX deposit_dust ON deposit (genesis, address) WHERE state = 'below_minimum';
CREATE INDEX deposit_waiting ON deposit (org) WHERE state = 'awaiting_rate';
CREATE INDEX deposit_address ON deposit (address);

-- What is owed to miners in rao: owed falls when paid, in_payout is the part of it that open payouts hold.
CREATE TABLE miner_payable (
    netuid    bigint NOT NULL CHECK (netuid BETWEEN 0 AND 65535),
    hotkey    text    NOT NULL,
    owed      bigint NOT NULL DEFAULT 0 CHECK (owed >= 0),
    in_payout bigint NOT NULL DEFAULT 0 CHECK (in_payout BETWEEN 0 AND owed),
    PRIMARY KEY (netuid, hotkey)
);

-- A refund leaves the first state only with a first approver, and is signed only with a second: three people.
CREATE TABLE payout (
    id           text    NOT NULL PRIMARY KEY,
    kind         text    NOT NULL CHECK (kind IN ('refund', 'sweep', 'miner', 'withdraw')),
    org          text    REFERENCES org_account (org),
    dest         text    NOT NULL,
    rao          bigint NOT NULL CHECK (rao > 0),
    nusd         bigint NOT NULL CHECK (nusd >= 0),
    state        text    NOT NULL CHECK (state IN ('requested', 'approved1', 'approved2', 'signed', 'broadcast',
        'in_block', 'expired', 'finalized', 'failed', 'cancelled')),
    requested_by text    NOT NULL,
    requested    bigint NOT NULL,
    not_before   bigint NOT NULL,
    approver1    text,
    approver2    text,
    nonce        bigint,
    era          text,
    signed       bytea,
    hash         text,
    block        text,
    changed      bigint NOT NULL,
    CHECK ((kind = 'refund') = (org IS NOT NULL)),
    CHECK (approver1 <> requested_by AND approver2 <> requested_by AND approver1 <> approver2),
    CHECK (kind NOT IN ('refund', 'withdraw') OR state IN ('requested', 'failed', 'cancelled')
        OR (approver1 IS NOT NULL AND (state = 'approved1' OR approver2 IS NOT NULL))),
    CHECK (state NOT IN ('signed', 'broadcast', 'in_block', 'expired', 'finalized')
        OR (signed IS NOT NULL AND hash IS NOT NULL AND nonce IS NOT NULL))
);

CREATE INDEX payout_org ON payout (org, requested) WHERE org IS NOT NULL;
CREATE INDEX payout_open ON payout (state) WHERE state NOT IN ('finalized', 'failed', 'cancelled');

CREATE TABLE payout_part (
    payout text    NOT NULL REFERENCES payout (id),
    n      bigint NOT NULL CHECK (n >= 0),
    lot    text    REFERENCES lot (id),
    netuid bigint,
    hotkey text,
    rao    bigint NOT NULL CHECK (rao >= 0),
    nusd   bigint NOT NULL CHECK (nusd >= 0),
    PRIMARY KEY (payout, n),
    CHECK ((lot IS NULL) = (netuid IS NOT NULL AND hotkey IS NOT NULL))
);

CREATE INDEX payout_part_lot ON payout_part (lot) WHERE lot IS NOT NULL;

-- A price that stands again as it should have been: what its requests paid too much, given back once each.
CREATE TABLE re_rate (
    request_id    text    NOT NULL PRIMARY KEY,
    org           text    NOT NULL REFERENCES org_account (org),
    price_version bigint NOT NULL REFERENCES price_version (id),
    charge        bigint NOT NULL CHECK (charge > 0),
    back          bigint NOT NULL CHECK (back BETWEEN 1 AND charge),
    act           text    NOT NULL
);

CREATE INDEX re_rate_org ON re_rate (org);

CREATE TABLE price_change (
    id       bigint NOT NULL PRIMARY KEY,
    at       bigint NOT NULL,
    author   text    NOT NULL,
    approver text,
    reason   text    NOT NULL,
    model    text    NOT NULL,
    version  bigint NOT NULL REFERENCES price_version (id),
    before   text,
    after    text    NOT NULL,
    CHECK (approver <> author)
);

-- A file of prices whose steps are too large for one person.
CREATE TABLE price_proposal (
    hash     text    NOT NULL,
    at       bigint NOT NULL,
    author   text    NOT NULL,
    reason   text    NOT NULL,
    content  text    NOT NULL,
    PRIMARY KEY (hash, at)
);

CREATE TABLE price_approval (
    hash     text    NOT NULL,
    proposed bigint NOT NULL,
    at       bigint NOT NULL,
    approver text    NOT NULL,
    PRIMARY KEY (hash, proposed),
    FOREIGN KEY (hash, proposed) REFERENCES price_proposal (hash, at)
);

-- Every decision of a person about money, with the reason given.
CREATE TABLE operator_act (
    id      text    NOT NULL PRIMARY KEY,
    at      bigint NOT NULL,
    person  text    NOT NULL,
    act     text    NOT NULL,
    subject text    NOT NULL,
    because text    NOT NULL
);

CREATE TRIGGER fx_sample_is_immutable BEFORE UPDATE OR DELETE ON fx_sample
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fx_release_is_immutable BEFORE UPDATE OR DELETE ON fx_release
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER re_rate_is_immutable BEFORE UPDATE OR DELETE ON re_rate
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_change_is_immutable BEFORE UPDATE OR DELETE ON price_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_proposal_is_immutable BEFORE UPDATE OR DELETE ON price_proposal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_approval_is_immutable BEFORE UPDATE OR DELETE ON price_approval
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER operator_act_is_immutable BEFORE UPDATE OR DELETE ON operator_act
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_part_is_immutable BEFORE UPDATE OR DELETE ON payout_part
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
