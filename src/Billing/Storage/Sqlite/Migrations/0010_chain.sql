-- Where the chain has been read to, whose addresses are whose, and why reading or paying stands still.

DROP INDEX deposit_address;
CREATE INDEX deposit_to ON deposit (address);

CREATE TABLE deposit_cursor (
    genesis TEXT    NOT NULL PRIMARY KEY,
    height  INTEGER NOT NULL CHECK (height >= 0),
    hash    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- n counts all addresses in the order in which they were made: who knows those up to one asks for those after it.
CREATE TABLE deposit_address (
    address TEXT    NOT NULL PRIMARY KEY,
    n       INTEGER NOT NULL UNIQUE CHECK (n > 0),
    org     TEXT    NOT NULL REFERENCES org_account (org),
    parent  TEXT    NOT NULL,
    place   INTEGER NOT NULL CHECK (place >= 0),
    made    INTEGER NOT NULL,
    UNIQUE (parent, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX deposit_address_org ON deposit_address (org, n);

-- What came to us and is not TAO: never in the books, kept for a person.
CREATE TABLE foreign_deposit (
    genesis     TEXT    NOT NULL,
    block_hash  TEXT    NOT NULL,
    event_index INTEGER NOT NULL CHECK (event_index >= 0),
    height      INTEGER NOT NULL CHECK (height >= 0),
    address     TEXT    NOT NULL,
    sender      TEXT,
    org         TEXT    REFERENCES org_account (org),
    asset       TEXT    NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    block_time  INTEGER NOT NULL,
    PRIMARY KEY (genesis, block_hash, event_index)
) STRICT, WITHOUT ROWID;

CREATE INDEX foreign_deposit_org ON foreign_deposit (org, height) WHERE org IS NOT NULL;

CREATE TABLE chain_halt (
    id      TEXT    NOT NULL PRIMARY KEY,
    genesis TEXT    NOT NULL,
    scope   TEXT    NOT NULL CHECK (scope IN ('deposits', 'payouts')),
    height  INTEGER NOT NULL CHECK (height >= 0),
    at      INTEGER NOT NULL,
    reason  TEXT    NOT NULL,
    lifted  INTEGER,
    person  TEXT,
    because TEXT,
    CHECK ((lifted IS NULL) = (person IS NULL) AND (lifted IS NULL) = (because IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX chain_halt_open ON chain_halt (genesis, scope) WHERE lifted IS NULL;
