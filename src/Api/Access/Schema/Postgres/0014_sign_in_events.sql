-- What happened lately at a person's sign-in, for his own eyes: the newest 50, with the network of the address.
CREATE TABLE sign_in_event (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    at bigint NOT NULL,
    what text NOT NULL CHECK (what IN ('opened', 'failed', 'proved', 'ended')),
    how text NOT NULL,
    place text NOT NULL,
    agent text NOT NULL CHECK (length(agent) <= 200)
);

CREATE INDEX sign_in_event_person ON sign_in_event (person, at);
