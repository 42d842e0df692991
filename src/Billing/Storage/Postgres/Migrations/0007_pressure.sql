-- A budget that is nearly used up asks replicas to give back what they do not use, as credit does.

ALTER TABLE budget ADD COLUMN pressure bigint NOT NULL DEFAULT 0 CHECK (pressure IN (0, 1));
