-- Several controllers may speak of one object in one tick; and one arbiter at a time commits.

ALTER TABLE idp.decision ADD COLUMN controller text COLLATE "C" NOT NULL DEFAULT 'placement';
ALTER TABLE idp.decision DROP CONSTRAINT decision_tick_dataset_key_key;
ALTER TABLE idp.decision ADD UNIQUE (tick, dataset, key, controller);

-- One row: a run commits only if nobody has since it read the memory.
CREATE TABLE idp.arbitration (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision bigint NOT NULL,
    memory text
) WITH (fillfactor = 50);

INSERT INTO idp.arbitration (revision) VALUES (0);
