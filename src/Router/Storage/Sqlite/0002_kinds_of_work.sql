-- The kinds of work in force, as centroids of hashed features; no prompt is in it. One row.
CREATE TABLE gate_clusters (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    prompts INTEGER NOT NULL,
    adopted INTEGER NOT NULL CHECK (adopted IN (0, 1)),
    body    BLOB NOT NULL
) STRICT;

-- Who was judged by a rating; a later one of the same request replaces what was learned, whichever replica takes it.
ALTER TABLE feedback ADD COLUMN expert TEXT;
ALTER TABLE feedback ADD COLUMN learned INTEGER NOT NULL DEFAULT 0 CHECK (learned IN (0, 1));

CREATE INDEX feedback_owner ON feedback (owner, expert, at);
