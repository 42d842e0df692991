-- What was done, by whom: a chain per organisation, in which each row's hash covers the one before. Rows only ever come
-- to be. The organisation of the operator's own acts is all zeros.
CREATE TABLE audit_entry (
    org TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('api_key', 'token', 'console')),
    actor TEXT NOT NULL CHECK (length(actor) <= 256),
    address TEXT,
    request TEXT,
    project TEXT,
    target TEXT NOT NULL CHECK (length(target) <= 256),
    data TEXT,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org, seq)
) STRICT;

CREATE TRIGGER audit_entry_is_immutable BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_entry_is_permanent BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
