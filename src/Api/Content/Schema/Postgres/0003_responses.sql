-- A response that its caller asked to be stored, with the input it answered, both sealed. Its id is its request's.
CREATE TABLE response (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL,
    owner uuid NOT NULL,
    previous uuid,
    input bytea NOT NULL,
    answer bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX response_owner ON response (owner);
CREATE INDEX response_expiry ON response (expires_at);
