-- Usage is told apart by the kind of endpoint: completions (all that is chat), embeddings, images and so on. What was
-- counted before was chat but for a few embeddings and rankings, which stay where they were counted.

CREATE TABLE usage_roll_kinds (
    org        TEXT NOT NULL,
    project    TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    end_user   TEXT NOT NULL,
    model      TEXT NOT NULL,
    kind       TEXT NOT NULL DEFAULT 'completions',
    hour       INTEGER NOT NULL,
    requests   INTEGER NOT NULL CHECK (requests >= 0),
    input      INTEGER NOT NULL CHECK (input >= 0),
    cached     INTEGER NOT NULL CHECK (cached >= 0),
    output     INTEGER NOT NULL CHECK (output >= 0),
    reasoning  INTEGER NOT NULL CHECK (reasoning >= 0),
    images     INTEGER NOT NULL CHECK (images >= 0),
    audio_ms   INTEGER NOT NULL CHECK (audio_ms >= 0),
    characters INTEGER NOT NULL CHECK (characters >= 0),
    charge     INTEGER NOT NULL CHECK (charge >= 0),
    PRIMARY KEY (org, project, key_id, end_user, model, kind, hour)
) STRICT, WITHOUT ROWID;

INSERT INTO usage_roll_kinds
SELECT org, project, key_id, end_user, model, 'completions', hour, requests, input, cached, output, reasoning, images,
    audio_ms, characters, charge
FROM usage_roll;

DROP TABLE usage_roll;
ALTER TABLE usage_roll_kinds RENAME TO usage_roll;

CREATE INDEX usage_roll_key ON usage_roll (key_id);
CREATE INDEX usage_roll_org_hour ON usage_roll (org, hour);
CREATE INDEX usage_roll_end_user ON usage_roll (end_user, hour) WHERE end_user <> '';
