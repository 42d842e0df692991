-- How often something was seen to work: one row for each hour, or for each day where a day is enough. Replicas add up.
CREATE TABLE uptime (
    kind text NOT NULL,
    name text NOT NULL,
    hour bigint NOT NULL,
    good bigint NOT NULL,
    bad  bigint NOT NULL,
    PRIMARY KEY (kind, name, hour)
);

CREATE INDEX uptime_hour ON uptime (hour);
