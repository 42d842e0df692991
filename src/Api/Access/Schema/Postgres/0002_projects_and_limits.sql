CREATE TABLE project (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    is_default boolean NOT NULL,
    created_at bigint NOT NULL,
    archived_at bigint CHECK (archived_at IS NULL OR NOT is_default)
);

CREATE INDEX project_org ON project (org, id);
CREATE UNIQUE INDEX project_default ON project (org) WHERE is_default;

ALTER TABLE api_key ADD COLUMN project uuid REFERENCES project (id);
ALTER TABLE api_key ADD COLUMN scopes text NOT NULL DEFAULT 'inference models.read';
ALTER TABLE api_key ADD COLUMN models text;
ALTER TABLE api_key ADD COLUMN spend_nusd bigint CHECK (spend_nusd >= 0);
ALTER TABLE api_key ADD COLUMN spend_period text CHECK (spend_period IN ('day', 'week', 'month', 'total'));
ALTER TABLE api_key ADD COLUMN rpm bigint CHECK (rpm BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN tpm bigint CHECK (tpm BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN rpd bigint CHECK (rpd BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN concurrent bigint CHECK (concurrent BETWEEN 1 AND 999999999);
ALTER TABLE api_key ADD COLUMN revoked_at bigint;

CREATE INDEX api_key_project ON api_key (project, id);

CREATE TABLE spend_limit (
    owner uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('own', 'end_user')),
    org uuid NOT NULL REFERENCES organization (id),
    nusd bigint NOT NULL CHECK (nusd >= 0),
    period text NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    PRIMARY KEY (owner, kind)
);

CREATE TABLE rate_limit (
    owner uuid NOT NULL,
    model text NOT NULL CHECK (length(model) <= 128),
    org uuid NOT NULL REFERENCES organization (id),
    rpm bigint CHECK (rpm BETWEEN 1 AND 999999999),
    tpm bigint CHECK (tpm BETWEEN 1 AND 999999999),
    rpd bigint CHECK (rpd BETWEEN 1 AND 999999999),
    concurrent bigint CHECK (concurrent BETWEEN 1 AND 999999999),
    PRIMARY KEY (owner, model)
);
