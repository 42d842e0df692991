-- What somebody meant to pay: only the page shows it, credit never waits for it.
CREATE TABLE top_up (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    address text NOT NULL CHECK (length(address) BETWEEN 40 AND 60),
    nusd bigint NOT NULL CHECK (nusd > 0),
    rao bigint NOT NULL CHECK (rao > 0),
    rate bigint NOT NULL CHECK (rate > 0),
    height bigint CHECK (height >= 0),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL CHECK (expires_at > created_at),
    created_by uuid NOT NULL
);
CREATE INDEX top_up_org ON top_up (org, created_at);
