-- What the gate has learned: each run of each replica owns its rows, with all of its sums so far.
CREATE TABLE gate_replica (
    incarnation text PRIMARY KEY,
    seen        bigint NOT NULL
);

CREATE TABLE gate_sum (
    incarnation text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('miner', 'subnet', 'model', 'cluster')),
    name        text NOT NULL,
    generation  bigint NOT NULL,
    seq         bigint NOT NULL,
    landmark    double precision NOT NULL,
    result      double precision NOT NULL,
    weight      double precision NOT NULL,
    PRIMARY KEY (incarnation, kind, name, generation)
);

CREATE TABLE route_trace (
    request text PRIMARY KEY,
    owner   text NOT NULL,
    at      bigint NOT NULL,
    body    bytea NOT NULL
);

CREATE INDEX route_trace_at ON route_trace (at);

CREATE TABLE feedback (
    request text PRIMARY KEY,
    owner   text NOT NULL,
    at      bigint NOT NULL,
    rating  double precision NOT NULL CHECK (rating >= -1 AND rating <= 1),
    comment text
);

CREATE INDEX feedback_at ON feedback (at);
