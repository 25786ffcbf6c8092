-- Where the light document of a page cuts its list of components short: which documents every poll needs besides, when
-- the rest of the list was last read, which components belong to it, and when it was really being observed.
ALTER TABLE page ADD COLUMN wants TEXT;           -- JSON list of names, NULL if none
ALTER TABLE page ADD COLUMN rest_read_at INTEGER;
UPDATE page SET rest_read_at = coalesce(heavy_at, read_at);
ALTER TABLE component ADD COLUMN in_rest INTEGER NOT NULL DEFAULT 0;

CREATE TABLE coverage_of_part (
    page_id INTEGER NOT NULL REFERENCES page (id),
    part    TEXT    NOT NULL, -- page, rest
    from_at INTEGER NOT NULL,
    to_at   INTEGER NOT NULL,
    PRIMARY KEY (page_id, part, from_at)
) STRICT, WITHOUT ROWID;

INSERT INTO coverage_of_part (page_id, part, from_at, to_at) SELECT page_id, 'page', from_at, to_at FROM coverage;
DROP TABLE coverage;
ALTER TABLE coverage_of_part RENAME TO coverage;

-- So that the next poll reads every page, whatever it remembers: only who has read a page knows what it needs.
DELETE FROM document;

-- What is owed has a list of what it tells of.
UPDATE outbox SET payload = json_set(payload, '$.items', json('[]'));
