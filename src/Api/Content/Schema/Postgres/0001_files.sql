-- A caller's content: sealed, and only its sizes and times readable. "owner" is the project, or the organisation of a
-- caller without one.
CREATE TABLE file (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL,
    owner uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('batch', 'user_data', 'batch_output')),
    name bytea NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    is_ready boolean NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint
);

CREATE INDEX file_owner ON file (owner, id);
CREATE INDEX file_org ON file (org);
CREATE INDEX file_expiry ON file (expires_at) WHERE expires_at IS NOT NULL;

-- A file's bytes in pieces of 256 KiB, each sealed.
CREATE TABLE file_piece (
    file uuid NOT NULL REFERENCES file (id) ON DELETE CASCADE,
    n integer NOT NULL CHECK (n >= 0),
    data bytea NOT NULL,
    PRIMARY KEY (file, n)
);
