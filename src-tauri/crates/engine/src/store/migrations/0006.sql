-- The span that a component is in stands in its own row, so that one that never changed has no other. Where it is gone, that
-- is the span of its absence.
ALTER TABLE component ADD COLUMN span_from_at INTEGER NOT NULL DEFAULT 0;
UPDATE component SET span_from_at = coalesce(
    (SELECT coalesce(to_at, from_at) FROM component_span WHERE component_id = component.id ORDER BY from_at DESC LIMIT 1),
    health_since
);

CREATE TABLE component_past (
    component_id INTEGER NOT NULL REFERENCES component (id),
    from_at      INTEGER NOT NULL,
    to_at        INTEGER NOT NULL,
    health       TEXT    NOT NULL,
    raw          TEXT,
    PRIMARY KEY (component_id, from_at)
) STRICT, WITHOUT ROWID;

INSERT INTO component_past (component_id, from_at, to_at, health, raw)
SELECT component_id, from_at, to_at, health, raw FROM component_span WHERE to_at IS NOT NULL;
DROP TABLE component_span;
ALTER TABLE component_past RENAME TO component_span;

-- Nothing was ever kept there.
ALTER TABLE page DROP COLUMN heavy_hash;

-- A page's components are read with every change anyway.
DROP INDEX component_left;
