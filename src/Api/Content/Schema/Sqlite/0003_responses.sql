-- A response that its caller asked to be stored, with the input it answered, both sealed. Its id is its request's.
CREATE TABLE response (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL,
    owner TEXT NOT NULL,
    previous TEXT,
    input BLOB NOT NULL,
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX response_owner ON response (owner);
CREATE INDEX response_expiry ON response (expires_at);
