-- What is told to programs of an organisation: who wants to hear of what, what happened, and what became of telling it.
CREATE TABLE webhook (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
    name text NOT NULL CHECK (length(name) <= 100),
    events text NOT NULL CHECK (length(events) BETWEEN 1 AND 2048),
    created_at bigint NOT NULL,
    is_enabled boolean NOT NULL,
    off_reason text CHECK (length(off_reason) <= 256),
    deleted_at bigint
);

CREATE INDEX webhook_org ON webhook (org, id);

-- ref names what happened, so that it is told once however often it is found.
CREATE TABLE webhook_event (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    type text NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    ref text NOT NULL CHECK (length(ref) BETWEEN 1 AND 512),
    created_at bigint NOT NULL,
    data text NOT NULL,
    UNIQUE (org, ref)
);

CREATE INDEX webhook_event_age ON webhook_event (created_at);

CREATE TABLE webhook_delivery (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    webhook uuid NOT NULL REFERENCES webhook (id),
    event uuid NOT NULL REFERENCES webhook_event (id),
    original uuid,
    state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts integer NOT NULL CHECK (attempts >= 0),
    created_at bigint NOT NULL,
    next_at bigint NOT NULL,
    last_at bigint,
    status integer,
    error text CHECK (length(error) <= 64)
);

CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE state = 'pending';

-- How far an organisation's sources have been read.
CREATE TABLE webhook_cursor (
    org uuid NOT NULL REFERENCES organization (id),
    source text NOT NULL CHECK (source IN ('audit', 'credit')),
    position bigint NOT NULL CHECK (position >= 0),
    PRIMARY KEY (org, source)
);

-- How a key's requests are routed where they say nothing themselves: a JSON object.
ALTER TABLE api_key ADD COLUMN routing text CHECK (length(routing) <= 4096);

-- When somebody wants to know that so much was spent in a period; told_of is the start of the last one it was told in.
CREATE TABLE spend_alert (
    id uuid NOT NULL PRIMARY KEY,
    org uuid NOT NULL REFERENCES organization (id),
    project uuid REFERENCES project (id),
    nusd bigint NOT NULL CHECK (nusd >= 0),
    period text NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
    created_at bigint NOT NULL,
    told_of bigint
);

CREATE INDEX spend_alert_org ON spend_alert (org, id);
