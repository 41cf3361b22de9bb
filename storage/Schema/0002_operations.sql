-- What operators need while migrations run: how far they are, who waits for a slot, what failed, and what was cleared up.

ALTER TABLE idp.migration
    ADD COLUMN priority int NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    ADD COLUMN is_paused boolean NOT NULL DEFAULT false,
    ADD COLUMN attempt int NOT NULL DEFAULT 1,
    ADD COLUMN waiting_for text,
    ADD COLUMN remedy text,
    ADD COLUMN parked_until timestamptz,
    ADD COLUMN progress text,
    ADD COLUMN verification text;

-- A migration that copies holds one; it lapses when nobody has renewed it for its lease. Waiting ones stand in the same
-- table, without claimed_at, so that one lock orders them all.
CREATE TABLE idp.slot (
    migration_id text COLLATE "C" PRIMARY KEY REFERENCES idp.migration,
    source text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    priority int NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_at timestamptz,
    renewed_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);

-- What somebody should look at. One open alert a thing; it keeps since when while its text changes.
CREATE TABLE idp.alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    severity text NOT NULL CHECK (severity IN ('Warning', 'Critical')),
    kind text NOT NULL,
    subject text NOT NULL,
    summary text NOT NULL,
    remedy text NOT NULL,
    migration_id text COLLATE "C",
    since timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    cleared_at timestamptz
);

CREATE UNIQUE INDEX alert_open ON idp.alert (kind, subject) WHERE cleared_at IS NULL;
CREATE INDEX alert_by_time ON idp.alert (since);

-- A migration failed: similar ones are refused for a while. Kept after it is over, with who lifted it.
CREATE TABLE idp.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    migration_id text COLLATE "C" NOT NULL UNIQUE REFERENCES idp.migration,
    error text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    lifted_by text,
    lift_note text,
    lifted_at timestamptz,
    CHECK (num_nulls(lifted_by, lift_note, lifted_at) IN (0, 3))
);

CREATE INDEX quarantine_by_route ON idp.quarantine (dataset, source, target) WHERE lifted_at IS NULL;

-- What the sweep of the stores found and did, and how far it came in each region.
CREATE TABLE idp.reconciliation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text COLLATE "C" NOT NULL,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    finding text NOT NULL,
    detail text NOT NULL,
    action text NOT NULL,
    done_by text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX reconciliation_by_time ON idp.reconciliation (at);

CREATE TABLE idp.sweep (
    region text COLLATE "C" PRIMARY KEY,
    after_dataset text COLLATE "C" NOT NULL DEFAULT '',
    after_key text COLLATE "C" NOT NULL DEFAULT '',
    passes bigint NOT NULL DEFAULT 0,
    swept_at timestamptz NOT NULL DEFAULT now()
);
