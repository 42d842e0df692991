-- A row is written for every request, so its checks are cheap ones: an IN of more than two values makes SQLite fill a
-- table in memory for each row. The index by organisation had one reader, the auditor, who reads all rows anyway.

CREATE TABLE usage_record_checked (
    day             INTEGER NOT NULL,
    request_id      TEXT    NOT NULL,
    incarnation     TEXT    NOT NULL,
    org             TEXT    NOT NULL REFERENCES org_account (org),
    project         TEXT    NOT NULL DEFAULT '',
    key_id          TEXT    NOT NULL,
    end_user        TEXT    NOT NULL DEFAULT '',
    endpoint        TEXT    NOT NULL,
    model_asked     TEXT    NOT NULL,
    model_served    TEXT,
    strategy        TEXT    NOT NULL,
    started         INTEGER NOT NULL,
    ended           INTEGER NOT NULL,
    ending          TEXT    NOT NULL
        CHECK (ending = 'complete' OR ending = 'cut' OR ending = 'client_gone' OR ending = 'failed'),
    settlement      TEXT    NOT NULL CHECK (settlement = 'settled' OR settlement = 'uncollectible'),
    finish_reason   TEXT    NOT NULL,
    input           INTEGER NOT NULL CHECK (input >= 0),
    cached          INTEGER NOT NULL CHECK (cached BETWEEN 0 AND input),
    output          INTEGER NOT NULL CHECK (output >= 0),
    reasoning       INTEGER NOT NULL CHECK (reasoning BETWEEN 0 AND output),
    images          INTEGER NOT NULL DEFAULT 0 CHECK (images >= 0),
    audio_ms        INTEGER NOT NULL DEFAULT 0 CHECK (audio_ms >= 0),
    characters      INTEGER NOT NULL DEFAULT 0 CHECK (characters >= 0),
    estimated       INTEGER NOT NULL CHECK (estimated BETWEEN 0 AND 1),
    hold            INTEGER NOT NULL CHECK (hold >= 0),
    charge          INTEGER NOT NULL CHECK (charge BETWEEN 0 AND hold),
    price_version   INTEGER REFERENCES price_version (id),
    attempts        TEXT    NOT NULL,
    request_commit  BLOB    NOT NULL CHECK (length(request_commit) = 0 OR length(request_commit) = 32),
    response_commit BLOB    NOT NULL CHECK (length(response_commit) = 0 OR length(response_commit) = 32),
    receipt         BLOB,
    PRIMARY KEY (day, request_id),
    CHECK (charge = 0 OR price_version IS NOT NULL),
    CHECK (charge = 0 OR ending <> 'failed'),
    CHECK (charge = 0 OR output > 0 OR ending = 'complete')
) STRICT, WITHOUT ROWID;

INSERT INTO usage_record_checked (day, request_id, incarnation, org, project, key_id, end_user, endpoint, model_asked,
    model_served, strategy, started, ended, ending, settlement, finish_reason, input, cached, output, reasoning, images,
    audio_ms, characters, estimated, hold, charge, price_version, attempts, request_commit, response_commit, receipt)
SELECT day, request_id, incarnation, org, project, key_id, end_user, endpoint, model_asked,
    model_served, strategy, started, ended, ending, settlement, finish_reason, input, cached, output, reasoning, images,
    audio_ms, characters, estimated, hold, charge, price_version, attempts, request_commit, response_commit, receipt
FROM usage_record;

DROP TABLE usage_record;
ALTER TABLE usage_record_checked RENAME TO usage_record;
