-- Requests with an Idempotency-Key, kept for a day: which key came with which body, and what was answered.

CREATE TABLE idempotency (
    org          TEXT    NOT NULL,
    key_id       TEXT    NOT NULL,
    hash         BLOB    NOT NULL CHECK (length(hash) = 32),
    body_sha     BLOB    NOT NULL CHECK (length(body_sha) = 32),
    state        TEXT    NOT NULL CHECK (state IN ('in_flight', 'done')),
    request_id   TEXT    NOT NULL,
    incarnation  TEXT    NOT NULL,
    answer       BLOB,
    content_type TEXT,
    status       INTEGER CHECK (status BETWEEN 100 AND 599),
    expires      INTEGER NOT NULL,
    PRIMARY KEY (org, key_id, hash),
    CHECK (answer IS NULL OR state = 'done'),
    CHECK ((answer IS NULL) = (content_type IS NULL) AND (answer IS NULL) = (status IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_expires ON idempotency (expires);
CREATE INDEX idempotency_in_flight ON idempotency (incarnation) WHERE state = 'in_flight';
