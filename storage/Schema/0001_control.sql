-- The control database: what is where, what was seen, what was decided, what is moving.
-- It has a database of its own: a region's schema (storage/Regions/Schema) uses some of the same names.
-- Names sort by their bytes (COLLATE "C"), so that pages and routing tables are in the same order everywhere.

-- One row, locked by every change of a placement until its transaction ends: versions therefore commit in
-- their order, and a reader that has seen version n has seen all before it. A sequence would be faster, but
-- 8 may commit before 7, and a reader that asks "after 8" then never learns of 7.
CREATE TABLE idp.routing (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL
) WITH (fillfactor = 10);

INSERT INTO idp.routing (version) VALUES (0);

-- Takes the next routing version and wakes the readers when the transaction commits. Whoever has called this
-- waits for no row that another caller may hold: taken late, released by the commit that follows.
CREATE FUNCTION idp.next_routing_version() RETURNS bigint
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    taken bigint;
BEGIN
    UPDATE idp.routing SET version = version + 1 RETURNING version INTO taken;
    PERFORM pg_notify('idp_routes', taken::text);
    RETURN taken;
END
$$;

CREATE TABLE idp.region (
    id text COLLATE "C" PRIMARY KEY,
    jurisdiction text NOT NULL,
    hot_usd_per_gb_month numeric NOT NULL,
    egress_usd_per_gb numeric NOT NULL,
    vcpu_usd_per_hour numeric NOT NULL
);

CREATE TABLE idp.dataset (
    name text COLLATE "C" PRIMARY KEY,
    birth_region text COLLATE "C" NOT NULL REFERENCES idp.region,
    placement_key text NOT NULL,
    tables text[] NOT NULL,
    data_classification text,
    user_region text,
    mode text NOT NULL,
    document text NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- The epoch of the next attempt. From the clock as well as from the counter: knowing a move's epoch opens its target, so
-- none may come back, not even after this database was restored to an earlier time or made anew.
CREATE FUNCTION idp.epoch_from(next_epoch bigint) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN greatest(next_epoch, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);

CREATE TABLE idp.object (
    dataset text COLLATE "C" NOT NULL REFERENCES idp.dataset,
    key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    primary_region text COLLATE "C" NOT NULL REFERENCES idp.region,
    replica_regions text[] NOT NULL DEFAULT '{}',
    tier text NOT NULL DEFAULT 'Hot',
    owner_epoch bigint NOT NULL DEFAULT 1,
    next_epoch bigint NOT NULL DEFAULT 2 CHECK (next_epoch > owner_epoch),
    placement_version bigint NOT NULL DEFAULT 1,
    routing_version bigint NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0,
    row_count bigint NOT NULL DEFAULT 0,
    last_moved_at timestamptz,
    registered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, key)
) WITH (fillfactor = 80);

CREATE INDEX object_by_routing_version ON idp.object (routing_version);

CREATE TABLE idp.migration (
    id text COLLATE "C" PRIMARY KEY,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    undo_epoch bigint NOT NULL DEFAULT 0,
    phase text NOT NULL,
    requested_by text NOT NULL,
    reason text NOT NULL,
    decision_id bigint UNIQUE,
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    row_count bigint NOT NULL DEFAULT 0,
    size_bytes bigint NOT NULL DEFAULT 0,
    is_verified boolean NOT NULL DEFAULT false,
    last_error text,
    FOREIGN KEY (dataset, key) REFERENCES idp.object,
    UNIQUE (dataset, key, epoch),
    CHECK ((finished_at IS NOT NULL) = (phase IN ('Done', 'RolledBack', 'Failed')))
) WITH (fillfactor = 80);

-- One open change per object, whatever the code believes.
CREATE UNIQUE INDEX migration_open ON idp.migration (dataset, key) WHERE finished_at IS NULL;
CREATE INDEX migration_by_start ON idp.migration (started_at DESC, id);

CREATE TABLE idp.migration_phase (
    migration_id text COLLATE "C" NOT NULL REFERENCES idp.migration,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    phase text NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (migration_id, sequence)
);

-- A batch that comes twice counts once. newest_minute answers "how old is the newest reading" from an index.
CREATE TABLE idp.telemetry_batch (
    id uuid PRIMARY KEY,
    newest_minute timestamptz NOT NULL
);

CREATE INDEX telemetry_batch_by_minute ON idp.telemetry_batch (newest_minute);

-- No key: COPY only appends, and a repeated batch is found by its id before its rows are read.
CREATE TABLE idp.telemetry_minute (
    minute timestamptz NOT NULL,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    caller_region text COLLATE "C" NOT NULL,
    served_by text COLLATE "C" NOT NULL,
    reads bigint NOT NULL CHECK (reads >= 0),
    writes bigint NOT NULL CHECK (writes >= 0),
    errors bigint NOT NULL CHECK (errors >= 0),
    latency bytea NOT NULL
) PARTITION BY RANGE (minute);

CREATE INDEX telemetry_minute_brin ON idp.telemetry_minute USING brin (minute) WITH (pages_per_range = 32);

-- Whatever comes too late or too early for its day's partition, so that nothing is ever refused.
CREATE TABLE idp.telemetry_minute_default PARTITION OF idp.telemetry_minute DEFAULT;

-- Makes the partition of one UTC day, and moves there what the default partition already has of it.
CREATE FUNCTION idp.ensure_telemetry_day(p_day date) RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    partition text := 'telemetry_minute_' || to_char(p_day, 'YYYYMMDD');
    day_start timestamptz := p_day::timestamp AT TIME ZONE 'UTC';
    day_end timestamptz := (p_day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass('idp.' || partition) IS NOT NULL THEN
        RETURN false;
    END IF;

    -- Making and dropping take the tables in opposite orders, so they take turns. 7127 is any fixed number.
    PERFORM pg_advisory_xact_lock(7127);

    -- No row of that day may enter the default partition between the move and the attach.
    LOCK TABLE idp.telemetry_minute_default IN ACCESS EXCLUSIVE MODE;
    IF to_regclass('idp.' || partition) IS NOT NULL THEN
        RETURN false;
    END IF;

    EXECUTE format('CREATE TABLE idp.%I (LIKE idp.telemetry_minute INCLUDING CONSTRAINTS)', partition);
    EXECUTE format(
        'WITH early AS (DELETE FROM idp.telemetry_minute_default WHERE minute >= $1 AND minute < $2 RETURNING *)
         INSERT INTO idp.%I SELECT * FROM early', partition)
        USING day_start, day_end;
    EXECUTE format(
        'ALTER TABLE idp.telemetry_minute ATTACH PARTITION idp.%I FOR VALUES FROM (%L) TO (%L)',
        partition, day_start, day_end);
    RETURN true;
END
$$;

-- Forgets everything before a UTC day: whole partitions at once, late-comers row by row.
CREATE FUNCTION idp.drop_telemetry_before(p_day date) RETURNS int
    LANGUAGE plpgsql
AS $$
DECLARE
    partition regclass;
    dropped int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7127);
    FOR partition IN
        SELECT inhrelid::regclass
          FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
         WHERE inhparent = 'idp.telemetry_minute'::regclass
           AND relname ~ '^telemetry_minute_[0-9]{8}$'
           AND to_date(right(relname, 8), 'YYYYMMDD') < p_day
         ORDER BY relname
    LOOP
        EXECUTE format('DROP TABLE %s', partition);
        dropped := dropped + 1;
    END LOOP;

    DELETE FROM idp.telemetry_minute_default WHERE minute < p_day::timestamp AT TIME ZONE 'UTC';
    DELETE FROM idp.telemetry_batch WHERE newest_minute < p_day::timestamp AT TIME ZONE 'UTC';
    RETURN dropped;
END
$$;

-- text, not jsonb: a replay reads exactly the bytes that were decided on. TOAST compresses it.
CREATE TABLE idp.snapshot (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    as_of timestamptz NOT NULL,
    document text NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX snapshot_by_time ON idp.snapshot (as_of);

CREATE TABLE idp.decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tick text COLLATE "C" NOT NULL,
    snapshot_id bigint NOT NULL,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    outcome text NOT NULL,
    from_region text COLLATE "C" NOT NULL,
    to_region text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    value_usd_per_day numeric NOT NULL,
    decided_at timestamptz NOT NULL,
    detail text NOT NULL,
    UNIQUE (tick, dataset, key)
);

CREATE INDEX decision_by_object ON idp.decision (dataset, key, id);
CREATE INDEX decision_by_time ON idp.decision (decided_at);

CREATE TABLE idp.controller_memory (
    controller text COLLATE "C" NOT NULL,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (controller, dataset, key)
) WITH (fillfactor = 80);

-- One row: a starting migration shares it, a pause changes it, so after a pause nothing new starts.
CREATE TABLE idp.automation (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    paused_by text,
    pause_reason text,
    paused_at timestamptz,
    CHECK (num_nulls(paused_by, pause_reason, paused_at) IN (0, 3))
);

INSERT INTO idp.automation DEFAULT VALUES;

CREATE TABLE idp.api_token (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
);
