-- Requests with an Idempotency-Key, kept for a day: which key came with which body, and what was answered.

CREATE TABLE idempotency (
    org          text   NOT NULL,
    key_id       text   NOT NULL,
    hash         bytea  NOT NULL CHECK (length(hash) = 32),
    body_sha     bytea  NOT NULL CHECK (length(body_sha) = 32),
    state        text   NOT NULL CHECK (state IN ('in_flight', 'done')),
    request_id   text   NOT NULL,
    incarnation  text   NOT NULL,
    answer       bytea,
    content_type text,
    status       bigint CHECK (status BETWEEN 100 AND 599),
    expires      bigint NOT NULL,
    PRIMARY KEY (org, key_id, hash),
    CHECK (answer IS NULL OR state = 'done'),
    CHECK ((answer IS NULL) = (content_type IS NULL) AND (answer IS NULL) = (status IS NULL))
);

CREATE INDEX idempotency_expires ON idempotency (expires);
CREATE INDEX idempotency_in_flight ON idempotency (incarnation) WHERE state = 'in_flight';
