-- Usage is told apart by the kind of endpoint: completions (all that is chat), embeddings, images and so on. What was
-- counted before was chat but for a few embeddings and rankings, which stay where they were counted.

CREATE TABLE usage_roll_kinds (
    org        text NOT NULL,
    project    text NOT NULL,
    key_id     text NOT NULL,
    end_user   text NOT NULL,
    model      text NOT NULL,
    kind       text NOT NULL DEFAULT 'completions',
    hour       bigint NOT NULL,
    requests   bigint NOT NULL CHECK (requests >= 0),
    input      bigint NOT NULL CHECK (input >= 0),
    cached     bigint NOT NULL CHECK (cached >= 0),
    output     bigint NOT NULL CHECK (output >= 0),
    reasoning  bigint NOT NULL CHECK (reasoning >= 0),
    images     bigint NOT NULL CHECK (images >= 0),
    audio_ms   bigint NOT NULL CHECK (audio_ms >= 0),
    characters bigint NOT NULL CHECK (characters >= 0),
    charge     bigint NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (org, project, key_id, end_user, model, kind, hour)
);

INSERT INTO usage_roll_kinds
SELECT org, project, key_id, end_user, model, 'completions', hour, requests, input, cached, output, reasoning, images,
    audio_ms, characters, charge
FROM usage_roll;

DROP TABLE usage_roll;
ALTER TABLE usage_roll_kinds RENAME TO usage_roll;

CREATE INDEX usage_roll_key ON usage_roll (key_id);
CREATE INDEX usage_roll_org_hour ON usage_roll (org, hour);
CREATE INDEX usage_roll_end_user ON usage_roll (end_user, hour) WHERE end_user <> '';
