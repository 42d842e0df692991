-- What somebody meant to pay: only the page shows it, credit never waits for it.
CREATE TABLE top_up (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    address TEXT NOT NULL CHECK (length(address) BETWEEN 40 AND 60),
    nusd INTEGER NOT NULL CHECK (nusd > 0),
    rao INTEGER NOT NULL CHECK (rao > 0),
    rate INTEGER NOT NULL CHECK (rate > 0),
    height INTEGER CHECK (height >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    created_by TEXT NOT NULL
) STRICT;
CREATE INDEX top_up_org ON top_up (org, created_at);
