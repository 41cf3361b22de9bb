-- What each hour cost. An hour is metered once: its row here is the claim.

CREATE TABLE idp.metered_hour (
    hour timestamptz PRIMARY KEY
);

CREATE TABLE idp.charge (
    hour timestamptz NOT NULL,
    kind text NOT NULL,
    region text COLLATE "C" NOT NULL,
    service text COLLATE "C",
    tier text,
    dataset text COLLATE "C",
    key text COLLATE "C",
    instance_type text,
    quantity numeric NOT NULL CHECK (quantity >= 0),
    unit text NOT NULL,
    usd numeric NOT NULL CHECK (usd >= 0),
    utilization numeric NOT NULL CHECK (utilization BETWEEN 0 AND 1),
    CHECK ((dataset IS NULL) = (key IS NULL))
);

CREATE INDEX charge_by_hour ON idp.charge (hour);

-- The hour that has paid for a move. Those that ended before anybody metered are history.
ALTER TABLE idp.migration ADD COLUMN charged_in timestamptz;
UPDATE idp.migration SET charged_in = finished_at WHERE finished_at IS NOT NULL;
CREATE INDEX migration_uncharged ON idp.migration (finished_at) WHERE finished_at IS NOT NULL AND charged_in IS NULL;
