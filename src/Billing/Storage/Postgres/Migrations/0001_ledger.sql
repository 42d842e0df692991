-- Amounts are nano-USD and rao, times are milliseconds since 1970 UTC, ids are their public text.

CREATE TABLE org_account (
    org       text    NOT NULL PRIMARY KEY,
    available bigint  NOT NULL DEFAULT 0 CHECK (available >= 0),
    leased    bigint  NOT NULL DEFAULT 0 CHECK (leased >= 0),
    spent     bigint  NOT NULL DEFAULT 0 CHECK (spent >= 0),
    refunded  bigint  NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    frozen    bigint  NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1))
);

CREATE TABLE replica (
    incarnation text    NOT NULL PRIMARY KEY,
    node        text    NOT NULL,
    state       text    NOT NULL CHECK (state IN ('live', 'orphaned', 'drained', 'force_closed')),
    seq         bigint  NOT NULL DEFAULT 0 CHECK (seq >= 0),
    beat        bigint  NOT NULL DEFAULT 0 CHECK (beat >= 0),
    seen        bigint  NOT NULL
);

CREATE INDEX replica_live ON replica (seen) WHERE state = 'live';

CREATE TABLE lease (
    incarnation text    NOT NULL REFERENCES replica (incarnation),
    account     text    NOT NULL REFERENCES org_account (org),
    granted     bigint  NOT NULL,
    consumed    bigint  NOT NULL DEFAULT 0 CHECK (consumed >= 0),
    returned    bigint  NOT NULL DEFAULT 0 CHECK (returned >= 0),
    op_seq      bigint  NOT NULL,
    state       text    NOT NULL CHECK (state IN ('open', 'draining', 'orphaned', 'closed')),
    PRIMARY KEY (incarnation, account),
    CHECK (granted - consumed - returned >= 0),
    CHECK (state <> 'closed' OR granted - consumed - returned = 0)
);

CREATE TABLE price_version (
    id         bigint  NOT NULL PRIMARY KEY,
    model      text    NOT NULL,
    valid_from bigint  NOT NULL,
    input      bigint  NOT NULL CHECK (input BETWEEN 0 AND 10000000000),
    cached     bigint  NOT NULL CHECK (cached BETWEEN 0 AND 10000000000),
    output     bigint  NOT NULL CHECK (output BETWEEN 0 AND 10000000000),
    reasoning  bigint  NOT NULL CHECK (reasoning BETWEEN 0 AND 10000000000),
    share_ppm  bigint  NOT NULL CHECK (share_ppm BETWEEN 0 AND 1000000),
    author     text    NOT NULL,
    UNIQUE (model, valid_from)
);

CREATE TABLE lot (
    id        text    NOT NULL PRIMARY KEY,
    org       text    NOT NULL REFERENCES org_account (org),
    kind      text    NOT NULL CHECK (kind IN ('paid', 'promo')),
    deposit   text,
    rate      bigint  NOT NULL CHECK (rate > 0),
    rao       bigint  NOT NULL CHECK (rao > 0),
    nusd      bigint  NOT NULL CHECK (nusd > 0),
    rao_left  bigint  NOT NULL CHECK (rao_left BETWEEN 0 AND rao),
    nusd_left bigint  NOT NULL CHECK (nusd_left BETWEEN 0 AND nusd),
    expires   bigint
);

CREATE INDEX lot_org ON lot (org);

CREATE TABLE deposit (
    genesis     text    NOT NULL,
    block_hash  text    NOT NULL,
    event_index bigint  NOT NULL CHECK (event_index >= 0),
    height      bigint  NOT NULL CHECK (height >= 0),
    address     text    NOT NULL,
    org         text    NOT NULL REFERENCES org_account (org),
    rao         bigint  NOT NULL CHECK (rao > 0),
    block_time  bigint  NOT NULL,
    state       text    NOT NULL CHECK (state IN ('finalized', 'below_minimum', 'awaiting_rate', 'credited', 'swept')),
    anomaly     text    NOT NULL DEFAULT 'none'
        CHECK (anomaly IN ('none', 'unattributed', 'unsupported_asset', 'drift', 'sanctions')),
    rate        bigint ,
    lot         text    REFERENCES lot (id),
    PRIMARY KEY (genesis, block_hash, event_index),
    CHECK ((state IN ('credited', 'swept')) = (lot IS NOT NULL AND rate IS NOT NULL))
);

CREATE INDEX deposit_org ON deposit (org, height);

CREATE TABLE posting (
    group_id text    NOT NULL,
    n        bigint  NOT NULL CHECK (n >= 0),
    account  text    NOT NULL,
    asset    text    NOT NULL CHECK (asset IN ('NUSD', 'RAO')),
    amount   bigint  NOT NULL CHECK (amount <> 0),
    kind     text    NOT NULL,
    ref      text    NOT NULL,
    PRIMARY KEY (group_id, n)
);

CREATE INDEX posting_account ON posting (account, asset);

CREATE TABLE usage_record (
    day             bigint  NOT NULL,
    request_id      text    NOT NULL,
    incarnation     text    NOT NULL,
    org             text    NOT NULL REFERENCES org_account (org),
    key_id          text    NOT NULL,
    endpoint        text    NOT NULL,
    model_asked     text    NOT NULL,
    model_served    text,
    strategy        text    NOT NULL,
    started         bigint  NOT NULL,
    ended           bigint  NOT NULL,
    ending          text    NOT NULL CHECK (ending IN ('complete', 'cut', 'client_gone', 'failed')),
    settlement      text    NOT NULL CHECK (settlement IN ('settled', 'uncollectible')),
    finish_reason   text    NOT NULL,
    input           bigint  NOT NULL CHECK (input >= 0),
    cached          bigint  NOT NULL CHECK (cached BETWEEN 0 AND input),
    output          bigint  NOT NULL CHECK (output >= 0),
    reasoning       bigint  NOT NULL CHECK (reasoning BETWEEN 0 AND output),
    estimated       bigint  NOT NULL CHECK (estimated IN (0, 1)),
    hold            bigint  NOT NULL CHECK (hold >= 0),
    charge          bigint  NOT NULL CHECK (charge BETWEEN 0 AND hold),
    price_version   bigint  REFERENCES price_version (id),
    attempts        text    NOT NULL,
    request_commit  bytea   NOT NULL CHECK (length(request_commit) IN (0, 32)),
    response_commit bytea   NOT NULL CHECK (length(response_commit) IN (0, 32)),
    receipt         bytea,
    PRIMARY KEY (day, request_id),
    CHECK (charge = 0 OR price_version IS NOT NULL),
    CHECK (charge = 0 OR ending <> 'failed'),
    CHECK (charge = 0 OR output > 0 OR ending = 'complete')
);

CREATE TABLE usage_roll (
    org      text    NOT NULL,
    key_id   text    NOT NULL,
    model    text    NOT NULL,
    hour     bigint  NOT NULL,
    requests bigint  NOT NULL CHECK (requests >= 0),
    input    bigint  NOT NULL CHECK (input >= 0),
    cached   bigint  NOT NULL CHECK (cached >= 0),
    output   bigint  NOT NULL CHECK (output >= 0),
    charge   bigint  NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (org, key_id, model, hour)
);

CREATE INDEX usage_roll_key ON usage_roll (key_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME; END$$;

CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE ON posting
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_version_is_immutable BEFORE UPDATE OR DELETE ON price_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
