-- Written for every request, and its one reader, the auditor, reads all rows anyway.
DROP INDEX usage_record_org;
