-- A batch. Texts that come from callers are sealed; "address" is where its maker called from, to which his key must
-- stay open. A worker holds the lease of a batch while it runs it.
CREATE TABLE batch (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL,
    owner TEXT NOT NULL,
    key_id TEXT NOT NULL,
    address TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    input TEXT NOT NULL,
    metadata BLOB,
    output_seconds INTEGER,
    status TEXT NOT NULL CHECK (status IN
        ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
    ending TEXT CHECK (ending IN ('failed', 'completed', 'expired', 'cancelled')),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    in_progress_at INTEGER,
    cancelling_at INTEGER,
    finalizing_at INTEGER,
    ended_at INTEGER,
    total INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    output TEXT,
    errors_file TEXT,
    errors BLOB,
    lease TEXT,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE INDEX batch_owner ON batch (owner, id);
CREATE INDEX batch_open ON batch (id) WHERE is_open;

-- What became of a line. "kept": answered, and written down before it was charged; it counts when the books have
-- charged its request. "done" and "failed" are final. A result is the line of the output or the error file, sealed.
CREATE TABLE batch_line (
    batch TEXT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 0),
    state TEXT NOT NULL CHECK (state IN ('kept', 'done', 'failed')),
    request TEXT NOT NULL,
    result BLOB NOT NULL,
    PRIMARY KEY (batch, n)
) STRICT;
