-- The kinds of work in force, as centroids of hashed features; no prompt is in it. One row.
CREATE TABLE gate_clusters (
    id      bigint PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL,
    at      bigint NOT NULL,
    prompts bigint NOT NULL,
    adopted bigint NOT NULL CHECK (adopted IN (0, 1)),
    body    bytea NOT NULL
);

-- Who was judged by a rating; a later one of the same request replaces what was learned, whichever replica takes it.
ALTER TABLE feedback ADD COLUMN expert text;
ALTER TABLE feedback ADD COLUMN learned bigint NOT NULL DEFAULT 0 CHECK (learned IN (0, 1));

CREATE INDEX feedback_owner ON feedback (owner, expert, at);
