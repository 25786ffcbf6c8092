-- Times are integer milliseconds since the Unix epoch, UTC. Words (health, phase, …) are the words of the pages crate.
-- `recorded_at` and the ends of spans are our time; every other time is the vendor's.

PRAGMA application_id = 1397311064; -- "SIGX", so that somebody else's file is told apart

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('store_id', lower(hex(randomblob(8))));

CREATE TABLE page (
    id                  INTEGER PRIMARY KEY,
    address             TEXT    NOT NULL UNIQUE,
    given_name          TEXT,   -- what the person calls the vendor
    host                TEXT    NOT NULL,
    vendor              TEXT    GENERATED ALWAYS AS (coalesce(given_name, identity_name, host)) VIRTUAL,
    watched             INTEGER NOT NULL,
    first_watched_at    INTEGER NOT NULL,
    interval_s          INTEGER,
    base_url            TEXT,
    platform            TEXT,
    -- What the page says.
    identity_id         TEXT,
    identity_name       TEXT,
    identity_url        TEXT,
    health              TEXT,
    health_since        INTEGER,
    last_known_health   TEXT,
    overall_health      TEXT,
    overall_raw         TEXT,
    overall_description TEXT,
    vendor_updated_at   INTEGER,
    -- How the page is asked.
    baseline_at         INTEGER,
    source              TEXT    NOT NULL DEFAULT 'pending',
    source_reason       TEXT,
    asked_at            INTEGER,
    read_at             INTEGER,
    failing_since       INTEGER,
    misses              INTEGER NOT NULL DEFAULT 0,
    next_due_at         INTEGER NOT NULL,
    light_hash          INTEGER,
    heavy_at            INTEGER,
    heavy_hash          INTEGER,
    -- What the person was told, and said.
    told_unreachable_at INTEGER,
    told_redirect       TEXT,
    told                TEXT,   -- JSON; what the rules of announcing remember
    accepted_unreadable INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX page_due ON page (next_due_at) WHERE watched = 1;

CREATE TABLE document (
    page_id       INTEGER NOT NULL REFERENCES page (id),
    name          TEXT    NOT NULL,
    url           TEXT,   -- the address that gave the validators
    etag          TEXT,
    last_modified TEXT,
    body_hash     INTEGER,
    full_fetch_at INTEGER,
    PRIMARY KEY (page_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE page_span (
    page_id        INTEGER NOT NULL REFERENCES page (id),
    from_at        INTEGER NOT NULL,
    to_at          INTEGER,
    health         TEXT,
    overall_health TEXT,
    raw            TEXT,
    description    TEXT,
    PRIMARY KEY (page_id, from_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
    page_id INTEGER NOT NULL REFERENCES page (id),
    from_at INTEGER NOT NULL,
    to_at   INTEGER NOT NULL,
    PRIMARY KEY (page_id, from_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE component (
    id                INTEGER PRIMARY KEY,
    page_id           INTEGER NOT NULL REFERENCES page (id),
    vendor_id         TEXT    NOT NULL,
    position          INTEGER NOT NULL,
    name              TEXT    NOT NULL,
    path              TEXT,   -- JSON of the groups, NULL at the top
    health            TEXT    NOT NULL,
    health_since      INTEGER NOT NULL,
    raw               TEXT,
    description       TEXT,
    first_recorded_at INTEGER NOT NULL,
    last_changed_at   INTEGER NOT NULL,
    gone_at           INTEGER,
    UNIQUE (page_id, vendor_id)
) STRICT;

CREATE TABLE component_span (
    component_id INTEGER NOT NULL REFERENCES component (id),
    from_at      INTEGER NOT NULL,
    to_at        INTEGER,
    health       TEXT    NOT NULL,
    raw          TEXT,
    PRIMARY KEY (component_id, from_at)
) STRICT, WITHOUT ROWID;

-- The columns say what lists and filters need of the newest row of event_revision, which holds everything.
CREATE TABLE event (
    id                INTEGER PRIMARY KEY,
    page_id           INTEGER NOT NULL REFERENCES page (id),
    kind              TEXT    NOT NULL,
    vendor_id         TEXT    NOT NULL,
    title             TEXT    NOT NULL,
    open              INTEGER NOT NULL,
    listed            TEXT    NOT NULL,
    began_at          INTEGER NOT NULL, -- the vendor's begin, else its first word, else when it was first recorded
    over_at           INTEGER,          -- the vendor's end, else its last word; NULL while open
    url               TEXT,
    first_recorded_at INTEGER NOT NULL,
    last_changed_at   INTEGER NOT NULL,
    closed_at         INTEGER,          -- when it was recorded as over; NULL while open
    last_word_at      INTEGER,
    updates           INTEGER NOT NULL DEFAULT 0,
    acknowledged_at   INTEGER,
    UNIQUE (vendor_id, page_id, kind)
) STRICT;

CREATE INDEX event_page ON event (page_id, began_at);
CREATE INDEX event_began ON event (began_at);
CREATE INDEX event_open ON event (page_id) WHERE open = 1;
CREATE INDEX event_url ON event (url) WHERE url IS NOT NULL;

CREATE TABLE event_revision (
    id          INTEGER PRIMARY KEY,
    event_id    INTEGER NOT NULL REFERENCES event (id),
    recorded_at INTEGER NOT NULL,
    open        INTEGER NOT NULL,
    listed      TEXT    NOT NULL,
    facts       TEXT    NOT NULL -- JSON
) STRICT;

CREATE INDEX event_revision_event ON event_revision (event_id);

CREATE TABLE event_update (
    event_id  INTEGER NOT NULL REFERENCES event (id),
    vendor_id TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    hash      INTEGER NOT NULL,
    deleted   INTEGER NOT NULL,
    PRIMARY KEY (event_id, vendor_id)
) STRICT, WITHOUT ROWID;

-- Append-only. `seq` is that of event_update. Not WITHOUT ROWID: texts are long, and there they would spill early.
CREATE TABLE update_revision (
    id          INTEGER PRIMARY KEY,
    event_id    INTEGER NOT NULL REFERENCES event (id),
    seq         INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    at          INTEGER,
    phase       TEXT    NOT NULL,
    phase_raw   TEXT,
    deleted     INTEGER NOT NULL,
    transitions TEXT,   -- JSON, NULL if none
    body        TEXT    NOT NULL
) STRICT;

CREATE INDEX update_revision_event ON update_revision (event_id, seq);

-- Full text of every revision, old words included. rowid = 2 * update_revision.id, or 2 * event_revision.id + 1 for a
-- title. It keeps no text of its own and is never deleted from; nothing is ranked, so it keeps no sizes either.
CREATE VIRTUAL TABLE words USING fts5 (
    title, body,
    content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT    NOT NULL UNIQUE,
    channel      TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    payload      TEXT    NOT NULL, -- JSON of the announcement
    batch        TEXT,
    state        TEXT    NOT NULL, -- pending, held, delivered, refused, merged
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_try_at  INTEGER,          -- NULL: at once
    settled_at   INTEGER,          -- when it was delivered, refused or merged
    last_error   TEXT
) STRICT;

CREATE INDEX outbox_pending ON outbox (channel, id) WHERE state = 'pending';
CREATE INDEX outbox_held ON outbox (batch, channel, id) WHERE state = 'held';
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE mute (
    kind   TEXT    NOT NULL, -- page, event
    target INTEGER NOT NULL,
    since  INTEGER NOT NULL,
    until  INTEGER,          -- NULL: until it is lifted
    PRIMARY KEY (kind, target)
) STRICT, WITHOUT ROWID;
