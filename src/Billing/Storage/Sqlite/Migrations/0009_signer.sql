-- What the signer needs beside a payout: who proved an approval by a signature, and how often the chain refused it.
ALTER TABLE payout ADD COLUMN proof1 TEXT;
ALTER TABLE payout ADD COLUMN proof2 TEXT;
ALTER TABLE payout ADD COLUMN tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0);

-- Why a wallet signs nothing more until a person has looked. A cause is answered once and never forgotten.
CREATE TABLE signer_halt (
    wallet    TEXT    NOT NULL,
    cause     TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    lifted    INTEGER,
    lifted_by TEXT,
    because   TEXT,
    PRIMARY KEY (wallet, cause),
    CHECK ((lifted IS NULL) = (lifted_by IS NULL) AND (lifted IS NULL) = (because IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER signer_halt_is_permanent BEFORE DELETE ON signer_halt
BEGIN SELECT RAISE(ABORT, 'signer_halt rows are permanent'); END;
