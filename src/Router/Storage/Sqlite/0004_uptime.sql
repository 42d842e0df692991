-- How often something was seen to work: one row for each hour, or for each day where a day is enough. Replicas add up.
CREATE TABLE uptime (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    hour INTEGER NOT NULL,
    good INTEGER NOT NULL,
    bad  INTEGER NOT NULL,
    PRIMARY KEY (kind, name, hour)
) STRICT;

CREATE INDEX uptime_hour ON uptime (hour);
