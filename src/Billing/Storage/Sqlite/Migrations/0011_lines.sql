-- The calls of a request that asked several experts. A request of one line has none here: its record says all.

CREATE TABLE usage_line (
    day           INTEGER NOT NULL,
    request_id    TEXT    NOT NULL,
    n             INTEGER NOT NULL CHECK (n >= 0),
    role          TEXT    NOT NULL,
    expert        TEXT    NOT NULL,
    model         TEXT,
    price_version INTEGER REFERENCES price_version (id),
    input         INTEGER NOT NULL CHECK (input >= 0),
    cached        INTEGER NOT NULL CHECK (cached BETWEEN 0 AND input),
    output        INTEGER NOT NULL CHECK (output >= 0),
    reasoning     INTEGER NOT NULL CHECK (reasoning BETWEEN 0 AND output),
    images        INTEGER NOT NULL CHECK (images >= 0),
    audio_ms      INTEGER NOT NULL CHECK (audio_ms >= 0),
    characters    INTEGER NOT NULL CHECK (characters >= 0),
    charge        INTEGER NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (day, request_id, n),
    CHECK (charge = 0 OR price_version IS NOT NULL)
) STRICT, WITHOUT ROWID;
