-- The reconciler asks every region for objects in motion. Changes of ownership are rare, so the index costs writers nothing.
CREATE INDEX ownership_in_motion ON idp.ownership (dataset, object)
    WHERE state IN ('frozen', 'importing') OR move_epoch <> 0 OR stream_from <> 0 OR subscribers <> '{}';
