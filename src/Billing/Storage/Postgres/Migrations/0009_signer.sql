-- What the signer needs beside a payout: who proved an approval by a signature, and how often the chain refused it.
ALTER TABLE payout ADD COLUMN proof1 text;
ALTER TABLE payout ADD COLUMN proof2 text;
ALTER TABLE payout ADD COLUMN tries bigint NOT NULL DEFAULT 0 CHECK (tries >= 0);

-- Why a wallet signs nothing more until a person has looked. A cause is answered once and never forgotten.
CREATE TABLE signer_halt (
    wallet    text   NOT NULL,
    cause     text   NOT NULL,
    reason    text   NOT NULL,
    at        bigint NOT NULL,
    lifted    bigint,
    lifted_by text,
    because   text,
    PRIMARY KEY (wallet, cause),
    CHECK ((lifted IS NULL) = (lifted_by IS NULL) AND (lifted IS NULL) = (because IS NULL))
);

CREATE TRIGGER signer_halt_is_permanent BEFORE DELETE ON signer_halt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
