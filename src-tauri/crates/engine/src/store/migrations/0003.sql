-- Whether the heavy documents were called for and have not come yet.
ALTER TABLE page ADD COLUMN heavy_owed INTEGER NOT NULL DEFAULT 0;
