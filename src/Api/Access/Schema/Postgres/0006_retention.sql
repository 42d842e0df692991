-- What may be kept of a project's requests; NULL: what its callers ask for.
ALTER TABLE project ADD COLUMN retention text CHECK (retention IN ('none', 'zero_data_retention'));
