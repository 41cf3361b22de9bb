-- How busy each region's server was, by hour. Sums are over the minutes that were measured; an hour without a row is unknown, not idle.

CREATE TABLE idp.region_load (
    hour timestamptz NOT NULL,
    region text COLLATE "C" NOT NULL,
    last_minute timestamptz NOT NULL,
    minutes int NOT NULL CHECK (minutes BETWEEN 1 AND 60),
    sessions double precision NOT NULL CHECK (sessions >= 0),
    peak_sessions double precision NOT NULL,
    running double precision NOT NULL CHECK (running >= 0),
    peak_running double precision NOT NULL,
    connections int NOT NULL,
    max_connections int NOT NULL,
    transactions double precision NOT NULL CHECK (transactions >= 0),
    transaction_minutes int NOT NULL,
    PRIMARY KEY (hour, region)
);
