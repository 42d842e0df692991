CREATE TABLE organization (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at bigint NOT NULL
);

CREATE TABLE member (
    org uuid NOT NULL REFERENCES organization (id),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role text NOT NULL CHECK (role IN ('owner')),
    created_at bigint NOT NULL,
    PRIMARY KEY (org, email)
);

CREATE TABLE api_key (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    kind text NOT NULL CHECK (kind IN ('api', 'admin')),
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    label text NOT NULL,
    last4 text NOT NULL CHECK (length(last4) = 4),
    created_at bigint NOT NULL,
    expires_at bigint
);

CREATE INDEX api_key_org ON api_key (org);
