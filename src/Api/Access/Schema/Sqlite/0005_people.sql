-- Members get an id and every role. Their first ids are random: what sorts by them still sorts.
CREATE TABLE member_with_role (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name TEXT NOT NULL DEFAULT '' CHECK (length(name) <= 100),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'auditor', 'reader', 'member')),
    created_at INTEGER NOT NULL,
    UNIQUE (org, email)
) STRICT;

INSERT INTO member_with_role (id, org, email, role, created_at)
SELECT substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) || '-'
    || substr(h, 21, 12), org, email, role, created_at
FROM (SELECT upper(hex(randomblob(16))) AS h, * FROM member);

DROP TABLE member;
ALTER TABLE member_with_role RENAME TO member;
CREATE INDEX member_email ON member (email);

CREATE TABLE invite (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'auditor', 'reader', 'member')),
    projects TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    invited_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    deleted_at INTEGER
) STRICT;

CREATE INDEX invite_org ON invite (org, id);

CREATE TABLE project_member (
    project TEXT NOT NULL REFERENCES project (id),
    member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    org TEXT NOT NULL REFERENCES organization (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (project, member)
) STRICT;

CREATE TABLE service_account (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    project TEXT NOT NULL REFERENCES project (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE INDEX service_account_project ON service_account (project, id);

ALTER TABLE api_key ADD COLUMN addresses TEXT;
ALTER TABLE api_key ADD COLUMN service_account TEXT REFERENCES service_account (id);
ALTER TABLE project ADD COLUMN models TEXT;

-- Until now an admin key could do everything.
UPDATE api_key SET scopes = 'keys.manage members.manage billing.read billing.manage' WHERE kind = 'admin';
