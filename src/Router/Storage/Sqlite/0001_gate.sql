-- What the gate has learned: each run of each replica owns its rows, with all of its sums so far.
CREATE TABLE gate_replica (
    incarnation TEXT PRIMARY KEY,
    seen        INTEGER NOT NULL
) STRICT;

CREATE TABLE gate_sum (
    incarnation TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('miner', 'subnet', 'model', 'cluster')),
    name        TEXT NOT NULL,
    generation  INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    landmark    REAL NOT NULL,
    result      REAL NOT NULL,
    weight      REAL NOT NULL,
    PRIMARY KEY (incarnation, kind, name, generation)
) STRICT;

CREATE TABLE route_trace (
    request TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;

CREATE INDEX route_trace_at ON route_trace (at);

CREATE TABLE feedback (
    request TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    rating  REAL NOT NULL CHECK (rating >= -1 AND rating <= 1),
    comment TEXT
) STRICT;

CREATE INDEX feedback_at ON feedback (at);
