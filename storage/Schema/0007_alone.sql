-- Open migrations with a saga of their own: few, also while hundreds of thousands that travel in batches are in grace.
CREATE INDEX migration_alone ON idp.migration (started_at, id) WHERE finished_at IS NULL AND batch IS NULL;
