-- A batch. Texts that come from callers are sealed; "address" is where its maker called from, to which his key must
-- stay open. A worker holds the lease of a batch while it runs it.
CREATE TABLE batch (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL,
    owner uuid NOT NULL,
    key_id uuid NOT NULL,
    address text NOT NULL,
    endpoint text NOT NULL,
    input uuid NOT NULL,
    metadata bytea,
    output_seconds bigint,
    status text NOT NULL CHECK (status IN
        ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
    ending text CHECK (ending IN ('failed', 'completed', 'expired', 'cancelled')),
    is_open boolean NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    in_progress_at bigint,
    cancelling_at bigint,
    finalizing_at bigint,
    ended_at bigint,
    total integer NOT NULL,
    completed integer NOT NULL,
    failed integer NOT NULL,
    output uuid,
    errors_file uuid,
    errors bytea,
    lease text,
    lease_until bigint NOT NULL
);

CREATE INDEX batch_owner ON batch (owner, id);
CREATE INDEX batch_open ON batch (id) WHERE is_open;

-- What became of a line. "kept": answered, and written down before it was charged; it counts when the books have
-- charged its request. "done" and "failed" are final. A result is the line of the output or the error file, sealed.
CREATE TABLE batch_line (
    batch uuid NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    n integer NOT NULL CHECK (n >= 0),
    state text NOT NULL CHECK (state IN ('kept', 'done', 'failed')),
    request text NOT NULL,
    result bytea NOT NULL,
    PRIMARY KEY (batch, n)
);
