-- Members get an id and every role. Their first ids are random: what sorts by them still sorts.
ALTER TABLE member ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE member ALTER COLUMN id DROP DEFAULT;
ALTER TABLE member DROP CONSTRAINT member_pkey;
ALTER TABLE member ADD PRIMARY KEY (id);
ALTER TABLE member ADD UNIQUE (org, email);
ALTER TABLE member ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 100);
ALTER TABLE member DROP CONSTRAINT member_role_check;
ALTER TABLE member ADD CHECK (role IN ('owner', 'admin', 'finance', 'auditor', 'reader', 'member'));
CREATE INDEX member_email ON member (email);

CREATE TABLE invite (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'auditor', 'reader', 'member')),
    projects text NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    invited_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    accepted_at bigint,
    deleted_at bigint
);

CREATE INDEX invite_org ON invite (org, id);

CREATE TABLE project_member (
    project uuid NOT NULL REFERENCES project (id),
    member uuid NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    org uuid NOT NULL REFERENCES organization (id),
    role text NOT NULL CHECK (role IN ('owner', 'member')),
    added_at bigint NOT NULL,
    PRIMARY KEY (project, member)
);

CREATE TABLE service_account (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    project uuid NOT NULL REFERENCES project (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at bigint NOT NULL,
    deleted_at bigint
);

CREATE INDEX service_account_project ON service_account (project, id);

ALTER TABLE api_key ADD COLUMN addresses text;
ALTER TABLE api_key ADD COLUMN service_account uuid REFERENCES service_account (id);
ALTER TABLE project ADD COLUMN models text;

-- Until now an admin key could do everything.
UPDATE api_key SET scopes = 'keys.manage members.manage billing.read billing.manage' WHERE kind = 'admin';
