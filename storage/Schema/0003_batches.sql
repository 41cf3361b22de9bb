-- Small objects that travel in one saga, regions that are emptied, and regions that take nothing new.

CREATE TABLE idp.evacuation (
    id text COLLATE "C" PRIMARY KEY,
    region text COLLATE "C" NOT NULL REFERENCES idp.region,
    target text COLLATE "C" REFERENCES idp.region,
    dataset text COLLATE "C" REFERENCES idp.dataset,
    requested_by text NOT NULL,
    reason text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    ended_as text CHECK (ended_as IN ('Done', 'Cancelled')),
    CHECK ((finished_at IS NULL) = (ended_as IS NULL))
);

-- One at a time, whatever the code believes.
CREATE UNIQUE INDEX evacuation_open ON idp.evacuation (region) WHERE finished_at IS NULL;

-- What an evacuation has tried: once an object is here, paging passes over it until its next try is due.
CREATE TABLE idp.evacuation_object (
    evacuation text COLLATE "C" NOT NULL REFERENCES idp.evacuation,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    attempts int NOT NULL,
    tried_at timestamptz NOT NULL DEFAULT now(),
    migration_id text COLLATE "C",
    denied_because text,
    PRIMARY KEY (evacuation, dataset, key),
    FOREIGN KEY (dataset, key) REFERENCES idp.object
) WITH (fillfactor = 80);

CREATE TABLE idp.drain (
    region text COLLATE "C" PRIMARY KEY REFERENCES idp.region,
    drained_by text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE idp.batch (
    id text COLLATE "C" PRIMARY KEY,
    dataset text COLLATE "C" NOT NULL REFERENCES idp.dataset,
    source text COLLATE "C" NOT NULL REFERENCES idp.region,
    target text COLLATE "C" NOT NULL REFERENCES idp.region,
    requested_by text NOT NULL,
    reason text NOT NULL,
    needs_approval boolean NOT NULL,
    evacuation text COLLATE "C" REFERENCES idp.evacuation,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    begun_at timestamptz,
    slot_since timestamptz,
    settled_at timestamptz,
    finished_at timestamptz
) WITH (fillfactor = 80);

CREATE INDEX batch_open ON idp.batch (created_at, id) WHERE finished_at IS NULL;
CREATE INDEX batch_by_evacuation ON idp.batch (evacuation) WHERE evacuation IS NOT NULL;

-- Whom a batch shall take; whether it did is each one's row of idp.migration, or the refusal here.
CREATE TABLE idp.batch_member (
    batch text COLLATE "C" NOT NULL REFERENCES idp.batch,
    ordinal int NOT NULL CHECK (ordinal BETWEEN 1 AND 100),
    key text COLLATE "C" NOT NULL,
    migration_id text COLLATE "C" NOT NULL,
    refusal text,
    PRIMARY KEY (batch, ordinal),
    UNIQUE (batch, key)
);

CREATE INDEX batch_member_by_migration ON idp.batch_member (migration_id);

ALTER TABLE idp.migration ADD COLUMN batch text COLLATE "C" REFERENCES idp.batch;
CREATE INDEX migration_by_batch ON idp.migration (batch) WHERE batch IS NOT NULL;

-- An evacuation pages through what is in one region.
CREATE INDEX object_by_primary ON idp.object (primary_region, dataset, key);
