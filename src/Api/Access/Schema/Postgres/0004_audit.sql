-- What was done, by whom: a chain per organisation, in which each row's hash covers the one before. Rows only ever come
-- to be. The organisation of the operator's own acts is all zeros.
CREATE TABLE audit_entry (
    org uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    id uuid NOT NULL UNIQUE,
    at bigint NOT NULL,
    type text NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    actor_kind text NOT NULL CHECK (actor_kind IN ('api_key', 'token', 'console')),
    actor text NOT NULL CHECK (length(actor) <= 256),
    address text,
    request text,
    project uuid,
    target text NOT NULL CHECK (length(target) <= 256),
    data text,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org, seq)
);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows';
END $$;

CREATE TRIGGER audit_entry_is_immutable BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entry_is_never_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
