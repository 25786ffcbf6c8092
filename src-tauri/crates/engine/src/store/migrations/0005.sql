-- What a page held on another platform than its present one has its identifiers from there: the same ones may mean something
-- else here. NULL: they are those of the present platform.
ALTER TABLE event ADD COLUMN left_platform TEXT;
ALTER TABLE component ADD COLUMN left_platform TEXT;
CREATE INDEX event_left ON event (page_id) WHERE left_platform IS NOT NULL;
CREATE INDEX component_left ON component (page_id) WHERE left_platform IS NOT NULL;

-- What became of the components that the person chose there; JSON, NULL if nothing was chosen there.
ALTER TABLE page ADD COLUMN carried_scope TEXT;
