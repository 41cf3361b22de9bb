-- Operations one by one, of a share of the objects: from how they meet, reads that must be strong are known (docs/decisions/0028).

-- How coarse a batch's sample was; null where its client does not report operations at all.
ALTER TABLE idp.telemetry_batch ADD COLUMN operation_level smallint;

-- No key: COPY only appends, and a repeated batch is found by its id before its rows are read.
CREATE TABLE idp.operation_event (
    at timestamptz NOT NULL,
    dataset text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    operation text COLLATE "C" NOT NULL,
    session text COLLATE "C" NOT NULL,
    is_write boolean NOT NULL
);

CREATE INDEX operation_event_by_time ON idp.operation_event (at);
