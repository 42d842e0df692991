-- What is told to programs of an organisation: who wants to hear of what, what happened, and what became of telling it.
CREATE TABLE webhook (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
    name TEXT NOT NULL CHECK (length(name) <= 100),
    events TEXT NOT NULL CHECK (length(events) BETWEEN 1 AND 2048),
    created_at INTEGER NOT NULL,
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    off_reason TEXT CHECK (length(off_reason) <= 256),
    deleted_at INTEGER
) STRICT;

CREATE INDEX webhook_org ON webhook (org, id);

-- ref names what happened, so that it is told once however often it is found.
CREATE TABLE webhook_event (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    ref TEXT NOT NULL CHECK (length(ref) BETWEEN 1 AND 512),
    created_at INTEGER NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (org, ref)
) STRICT;

CREATE INDEX webhook_event_age ON webhook_event (created_at);

CREATE TABLE webhook_delivery (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    webhook TEXT NOT NULL REFERENCES webhook (id),
    event TEXT NOT NULL REFERENCES webhook_event (id),
    original TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    last_at INTEGER,
    status INTEGER,
    error TEXT CHECK (length(error) <= 64)
) STRICT;

CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE state = 'pending';

-- How far an organisation's sources have been read.
CREATE TABLE webhook_cursor (
    org TEXT NOT NULL REFERENCES organization (id),
    source TEXT NOT NULL CHECK (source IN ('audit', 'credit')),
    position INTEGER NOT NULL CHECK (position >= 0),
    PRIMARY KEY (org, source)
) STRICT;

-- How a key's requests are routed where they say nothing themselves: a JSON object.
ALTER TABLE api_key ADD COLUMN routing TEXT CHECK (length(routing) <= 4096);

-- When somebody wants to know that so much was spent in a period; told_of is the start of the last one it was told in.
CREATE TABLE spend_alert (
    id TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES organization (id),
    project TEXT REFERENCES project (id),
    nusd INTEGER NOT NULL CHECK (nusd >= 0),
    period TEXT NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    created_at INTEGER NOT NULL,
    told_of INTEGER
) STRICT;

CREATE INDEX spend_alert_org ON spend_alert (org, id);
