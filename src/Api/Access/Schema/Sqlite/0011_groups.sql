-- Groups of people, and the roles that a group has: in the organisation, and in projects.
CREATE TABLE people_group (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX people_group_org ON people_group (org, id);

CREATE TABLE group_member (
    people_group TEXT NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    org TEXT NOT NULL REFERENCES organization (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (people_group, member)
) STRICT;

CREATE INDEX group_member_of ON group_member (member);

CREATE TABLE group_role (
    people_group TEXT NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'auditor', 'reader', 'member')),
    org TEXT NOT NULL REFERENCES organization (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (people_group, role)
) STRICT;

CREATE TABLE project_group_role (
    project TEXT NOT NULL REFERENCES project (id),
    people_group TEXT NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    org TEXT NOT NULL REFERENCES organization (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (project, people_group, role)
) STRICT;

CREATE INDEX project_group_role_of ON project_group_role (people_group);
