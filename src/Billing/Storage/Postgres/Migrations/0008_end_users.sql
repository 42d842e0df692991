-- A new end user's limit counts what he used before it: found without reading his whole organisation's usage.
CREATE INDEX usage_roll_end_user ON usage_roll (end_user, hour) WHERE end_user <> '';
