-- What the answered lines of an ended batch used: a JSON object of numbers. "told": whether webhooks have heard of its end.
ALTER TABLE batch ADD COLUMN usage TEXT CHECK (length(usage) <= 512);
ALTER TABLE batch ADD COLUMN told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1));
UPDATE batch SET told = 1 WHERE NOT is_open;
CREATE INDEX batch_untold ON batch (org, ended_at) WHERE NOT told AND NOT is_open;
CREATE INDEX batch_ended ON batch (ended_at) WHERE NOT is_open;

-- How much a stored response takes of its organisation's room.
ALTER TABLE response ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0);
UPDATE response SET bytes = length(input) + length(answer);
CREATE INDEX response_org ON response (org, expires_at, bytes);
