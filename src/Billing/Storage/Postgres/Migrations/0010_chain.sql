-- Where the chain has been read to, whose addresses are whose, and why reading or paying stands still.

DROP INDEX deposit_address;
CREATE INDEX deposit_to ON deposit (address);

CREATE TABLE deposit_cursor (
    genesis text    NOT NULL PRIMARY KEY,
    height  bigint NOT NULL CHECK (height >= 0),
    hash    text    NOT NULL
);

-- n counts all addresses in the order in which they were made: who knows those up to one asks for those after it.
CREATE TABLE deposit_address (
    address text    NOT NULL PRIMARY KEY,
    n       bigint NOT NULL UNIQUE CHECK (n > 0),
    org     text    NOT NULL REFERENCES org_account (org),
    parent  text    NOT NULL,
    place   bigint NOT NULL CHECK (place >= 0),
    made    bigint NOT NULL,
    UNIQUE (parent, place)
);

CREATE INDEX deposit_address_org ON deposit_address (org, n);

-- What came to us and is not TAO: never in the books, kept for a person.
CREATE TABLE foreign_deposit (
    genesis     text    NOT NULL,
    block_hash  text    NOT NULL,
    event_index bigint NOT NULL CHECK (event_index >= 0),
    height      bigint NOT NULL CHECK (height >= 0),
    address     text    NOT NULL,
    sender      text,
    org         text    REFERENCES org_account (org),
    asset       text    NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0),
    block_time  bigint NOT NULL,
    PRIMARY KEY (genesis, block_hash, event_index)
);

CREATE INDEX foreign_deposit_org ON foreign_deposit (org, height) WHERE org IS NOT NULL;

CREATE TABLE chain_halt (
    id      text    NOT NULL PRIMARY KEY,
    genesis text    NOT NULL,
    scope   text    NOT NULL CHECK (scope IN ('deposits', 'payouts')),
    height  bigint NOT NULL CHECK (height >= 0),
    at      bigint NOT NULL,
    reason  text    NOT NULL,
    lifted  bigint,
    person  text,
    because text,
    CHECK ((lifted IS NULL) = (person IS NULL) AND (lifted IS NULL) = (because IS NULL))
);

CREATE UNIQUE INDEX chain_halt_open ON chain_halt (genesis, scope) WHERE lifted IS NULL;
