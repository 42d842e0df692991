-- A key made by rotation shares the limits of the first key of its line; null: the key is the first itself.
ALTER TABLE api_key ADD COLUMN line uuid REFERENCES api_key (id);

CREATE INDEX api_key_line ON api_key (line) WHERE line IS NOT NULL;
