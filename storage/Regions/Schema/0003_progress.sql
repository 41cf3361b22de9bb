-- Chunks of one snapshot that land side by side, and a verification that can go on where it stopped
-- (docs/decisions/0015).

ALTER TABLE idp.progress
    -- Rows of the table being copied may lie beyond copied_key: whoever reads this first takes over and deletes them.
    ADD COLUMN is_loose boolean NOT NULL DEFAULT false,
    -- Which chunks were compared, and what they held, as JSON.
    ADD COLUMN verification text;
