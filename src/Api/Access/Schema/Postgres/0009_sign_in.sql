-- People who sign in to the portal. A member row is a person's part in an organisation, and links to him by id only.
CREATE TABLE person (
    id uuid NOT NULL PRIMARY KEY,
    user_name text NOT NULL,
    normalized_user_name text NOT NULL UNIQUE,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    normalized_email text NOT NULL UNIQUE,
    password_hash text,
    security_stamp text,
    concurrency_stamp text,
    totp_secret text,
    totp_step bigint NOT NULL DEFAULT 0,
    language text NOT NULL DEFAULT '' CHECK (language IN ('', 'en', 'pt', 'es')),
    theme text NOT NULL DEFAULT '' CHECK (theme IN ('', 'light', 'dark')),
    created_at bigint NOT NULL
);

-- An identity at another issuer: (iss, sub).
CREATE TABLE person_login (
    login_provider text NOT NULL,
    provider_key text NOT NULL,
    provider_display_name text,
    user_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (login_provider, provider_key)
);

CREATE INDEX person_login_user ON person_login (user_id);

CREATE TABLE person_passkey (
    credential_id bytea NOT NULL PRIMARY KEY CHECK (length(credential_id) BETWEEN 1 AND 1024),
    user_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    data jsonb NOT NULL
);

CREATE INDEX person_passkey_user ON person_passkey (user_id);

-- A passkey whose counter fell: it may have been copied.
CREATE TABLE passkey_lock (
    credential_id bytea NOT NULL PRIMARY KEY,
    person uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    locked_at bigint NOT NULL
);

-- By its only SS58 text with prefix 42.
CREATE TABLE person_wallet (
    address text NOT NULL PRIMARY KEY,
    person uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    added_at bigint NOT NULL
);

CREATE INDEX person_wallet_person ON person_wallet (person);

CREATE TABLE recovery_code (
    person uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (person, hash)
);

CREATE TABLE operator_role (
    person uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('approver', 'support', 'prices')),
    given_at bigint NOT NULL,
    PRIMARY KEY (person, role)
);

CREATE TABLE setup_link (
    hash bytea NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    org uuid REFERENCES organization (id),
    role text NOT NULL CHECK (role IN ('owner', 'approver', 'support', 'prices')),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
);

CREATE TABLE portal_session (
    hash bytea NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    id uuid NOT NULL UNIQUE,
    person uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    org uuid REFERENCES organization (id),
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    stepped_up_at bigint,
    how text NOT NULL,
    address text NOT NULL,
    agent text NOT NULL CHECK (length(agent) <= 200)
);

CREATE INDEX portal_session_person ON portal_session (person);

-- What is under way before somebody is signed in, by the hash of his cookie: a challenge, a nonce, half a sign-in.
CREATE TABLE portal_attempt (
    hash bytea NOT NULL CHECK (length(hash) = 32),
    purpose text NOT NULL,
    state text NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (hash, purpose)
);

CREATE INDEX portal_attempt_expiry ON portal_attempt (expires_at);

ALTER TABLE member ADD COLUMN person uuid REFERENCES person (id);
CREATE INDEX member_person ON member (person);

-- People act too, by their session in the portal.
ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_actor_kind_check;
ALTER TABLE audit_entry ADD CHECK (actor_kind IN ('api_key', 'token', 'console', 'session'));
