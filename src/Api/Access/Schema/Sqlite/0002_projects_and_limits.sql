CREATE TABLE project (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    created_at INTEGER NOT NULL,
    archived_at INTEGER CHECK (archived_at IS NULL OR NOT is_default)
) STRICT;

CREATE INDEX project_org ON project (org, id);
CREATE UNIQUE INDEX project_default ON project (org) WHERE is_default;

ALTER TABLE api_key ADD COLUMN project TEXT REFERENCES project (id);
ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT 'inference models.read';
ALTER TABLE api_key ADD COLUMN models TEXT;
ALTER TABLE api_key ADD COLUMN spend_nusd INTEGER CHECK (spend_nusd >= 0);
ALTER TABLE api_key ADD COLUMN spend_period TEXT CHECK (spend_period IN ('day', 'week', 'month', 'total'));
ALTER TABLE api_key ADD COLUMN rpm INTEGER CHECK (rpm BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN tpm INTEGER CHECK (tpm BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN rpd INTEGER CHECK (rpd BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN concurrent INTEGER CHECK (concurrent BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN revoked_at INTEGER;

CREATE INDEX api_key_project ON api_key (project, id);

CREATE TABLE spend_limit (
    owner TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('own', 'end_user')),
    org TEXT NOT NULL REFERENCES organization (id),
    nusd INTEGER NOT NULL CHECK (nusd >= 0),
    period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    PRIMARY KEY (owner, kind)
) STRICT;

CREATE TABLE rate_limit (
    owner TEXT NOT NULL,
    model TEXT NOT NULL CHECK (length(model) <= 128),
    org TEXT NOT NULL REFERENCES organization (id),
    rpm INTEGER CHECK (rpm BETWEEN 1 AND 999999999),
    tpm INTEGER CHECK (tpm BETWEEN 1 AND 999999999),
    rpd INTEGER CHECK (rpd BETWEEN 1 AND 999999999),
    concurrent INTEGER CHECK (concurrent BETWEEN 1 AND 999999999),
    PRIMARY KEY (owner, model)
) STRICT;
