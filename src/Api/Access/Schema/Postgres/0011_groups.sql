-- Groups of people, and the roles that a group has: in the organisation, and in projects.
CREATE TABLE people_group (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    created_at bigint NOT NULL
);

CREATE INDEX people_group_org ON people_group (org, id);

CREATE TABLE group_member (
    people_group uuid NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    member uuid NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    org uuid NOT NULL REFERENCES organization (id),
    added_at bigint NOT NULL,
    PRIMARY KEY (people_group, member)
);

CREATE INDEX group_member_of ON group_member (member);

CREATE TABLE group_role (
    people_group uuid NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'finance', 'auditor', 'reader', 'member')),
    org uuid NOT NULL REFERENCES organization (id),
    added_at bigint NOT NULL,
    PRIMARY KEY (people_group, role)
);

CREATE TABLE project_group_role (
    project uuid NOT NULL REFERENCES project (id),
    people_group uuid NOT NULL REFERENCES people_group (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'member')),
    org uuid NOT NULL REFERENCES organization (id),
    added_at bigint NOT NULL,
    PRIMARY KEY (project, people_group, role)
);

CREATE INDEX project_group_role_of ON project_group_role (people_group);
