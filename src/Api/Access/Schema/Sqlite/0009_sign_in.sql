-- People who sign in to the portal. A member row is a person's part in an organisation, and links to him by id only.
CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    user_name TEXT NOT NULL,
    normalized_user_name TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    normalized_email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    security_stamp TEXT,
    concurrency_stamp TEXT,
    totp_secret TEXT,
    totp_step INTEGER NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'en', 'pt', 'es')),
    theme TEXT NOT NULL DEFAULT '' CHECK (theme IN ('', 'light', 'dark')),
    created_at INTEGER NOT NULL
) STRICT;

-- An identity at another issuer: (iss, sub).
CREATE TABLE person_login (
    login_provider TEXT NOT NULL,
    provider_key TEXT NOT NULL,
    provider_display_name TEXT,
    user_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (login_provider, provider_key)
) STRICT;

CREATE INDEX person_login_user ON person_login (user_id);

CREATE TABLE person_passkey (
    credential_id BLOB NOT NULL PRIMARY KEY CHECK (length(credential_id) BETWEEN 1 AND 1024),
    user_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    data TEXT NOT NULL
) STRICT;

CREATE INDEX person_passkey_user ON person_passkey (user_id);

-- A passkey whose counter fell: it may have been copied.
CREATE TABLE passkey_lock (
    credential_id BLOB NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    locked_at INTEGER NOT NULL
) STRICT;

-- By its only SS58 text with prefix 42.
CREATE TABLE person_wallet (
    address TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    added_at INTEGER NOT NULL
) STRICT;

CREATE INDEX person_wallet_person ON person_wallet (person);

CREATE TABLE recovery_code (
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (person, hash)
) STRICT;

CREATE TABLE operator_role (
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('approver', 'support', 'prices')),
    given_at INTEGER NOT NULL,
    PRIMARY KEY (person, role)
) STRICT;

CREATE TABLE setup_link (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    org TEXT REFERENCES organization (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'approver', 'support', 'prices')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE TABLE portal_session (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    org TEXT REFERENCES organization (id),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    stepped_up_at INTEGER,
    how TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL CHECK (length(agent) <= 200)
) STRICT;

CREATE INDEX portal_session_person ON portal_session (person);

-- What is under way before somebody is signed in, by the hash of his cookie: a challenge, a nonce, half a sign-in.
CREATE TABLE portal_attempt (
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hash, purpose)
) STRICT;

CREATE INDEX portal_attempt_expiry ON portal_attempt (expires_at);

ALTER TABLE member ADD COLUMN person TEXT REFERENCES person (id);
CREATE INDEX member_person ON member (person);

-- People act too, by their session in the portal.
CREATE TABLE audit_entry_of_people (
    org TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('api_key', 'token', 'console', 'session')),
    actor TEXT NOT NULL CHECK (length(actor) <= 256),
    address TEXT,
    request TEXT,
    project TEXT,
    target TEXT NOT NULL CHECK (length(target) <= 256),
    data TEXT,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org, seq)
) STRICT;

INSERT INTO audit_entry_of_people
SELECT org, seq, id, at, type, actor_kind, actor, address, request, project, target, data, hash FROM audit_entry;
DROP TABLE audit_entry;
ALTER TABLE audit_entry_of_people RENAME TO audit_entry;

CREATE TRIGGER audit_entry_is_immutable BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_entry_is_permanent BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
