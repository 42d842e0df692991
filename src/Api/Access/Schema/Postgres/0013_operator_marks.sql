-- What the operator has said against a miner, a subnet or a feature: a row as long as it holds. The audit log of the
-- operator keeps who said and took back what.
CREATE TABLE operator_mark (
    kind text NOT NULL CHECK (kind IN ('quarantine', 'subnet_off', 'feature_off')),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 128),
    person text NOT NULL CHECK (length(person) BETWEEN 1 AND 254),
    because text NOT NULL CHECK (length(because) BETWEEN 1 AND 500),
    at bigint NOT NULL,
    PRIMARY KEY (kind, subject)
);
