-- What a summary was made of, so that it can be made again together with what came after it.
ALTER TABLE outbox ADD COLUMN merged_into INTEGER;

CREATE INDEX outbox_merged ON outbox (merged_into) WHERE merged_into IS NOT NULL;
