-- A caller's content: sealed, and only its sizes and times readable. "owner" is the project, or the organisation of a
-- caller without one.
CREATE TABLE file (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL,
    owner TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('batch', 'user_data', 'batch_output')),
    name BLOB NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    is_ready INTEGER NOT NULL CHECK (is_ready IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

CREATE INDEX file_owner ON file (owner, id);
CREATE INDEX file_org ON file (org);
CREATE INDEX file_expiry ON file (expires_at) WHERE expires_at IS NOT NULL;

-- A file's bytes in pieces of 256 KiB, each sealed.
CREATE TABLE file_piece (
    file TEXT NOT NULL REFERENCES file (id) ON DELETE CASCADE,
    n INTEGER NOT NULL CHECK (n >= 0),
    data BLOB NOT NULL,
    PRIMARY KEY (file, n)
) STRICT;
