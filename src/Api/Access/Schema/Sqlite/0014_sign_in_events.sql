-- What happened lately at a person's sign-in, for his own eyes: the newest 50, with the network of the address.
CREATE TABLE sign_in_event (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('opened', 'failed', 'proved', 'ended')),
    how TEXT NOT NULL,
    place TEXT NOT NULL,
    agent TEXT NOT NULL CHECK (length(agent) <= 200)
) STRICT;

CREATE INDEX sign_in_event_person ON sign_in_event (person, at);
