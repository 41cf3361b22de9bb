-- What every region's database holds so that live rows can move (docs/ARCHITECTURE.md, "Moving live rows").
-- Needs no superuser, no extension and no replication slot.

CREATE TABLE idp.store (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    region text NOT NULL
);

CREATE TABLE idp.dataset (
    name text PRIMARY KEY,
    birth_region text NOT NULL,
    fingerprint text NOT NULL
);

-- One row an object. The rows of moved objects stay for good, so that one key can never be born twice.
CREATE TABLE idp.ownership (
    dataset text NOT NULL,
    object text NOT NULL,
    state text NOT NULL CHECK (state IN ('absent', 'owned', 'frozen', 'moved', 'importing', 'fenced')),
    owner_epoch bigint NOT NULL DEFAULT 0,
    attempt_epoch bigint NOT NULL DEFAULT 0,
    move_epoch bigint NOT NULL DEFAULT 0,
    freeze_nonce bigint NOT NULL DEFAULT 0,
    freeze_until timestamptz,
    forward_to text,
    forward_epoch bigint NOT NULL DEFAULT 0,
    stream_from bigint NOT NULL DEFAULT 0,
    subscribers bigint[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (dataset, object)
) WITH (fillfactor = 70);

-- Written by the commit and by a void: how an attempt ended is read here, never inferred.
CREATE TABLE idp.outcome (
    dataset text NOT NULL,
    object text NOT NULL,
    epoch bigint NOT NULL,
    result text NOT NULL CHECK (result IN ('moved', 'voided')),
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (dataset, object, epoch)
);

-- How far a stream's copy has come. Lies in the target, beside the rows it speaks of;
-- version grows with each batch and is compared and set by it.
CREATE TABLE idp.progress (
    dataset text NOT NULL,
    object text NOT NULL,
    stream bigint NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    copied_table int NOT NULL DEFAULT 0,
    copied_key text[],
    is_copied boolean NOT NULL DEFAULT false,
    drained pg_snapshot,
    row_count bigint NOT NULL DEFAULT 0,
    byte_count bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (dataset, object, stream)
);

-- Keys that committed transactions wrote while an object had subscribers.
CREATE TABLE idp.change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    dataset text NOT NULL,
    object text NOT NULL,
    table_name text NOT NULL,
    old_key text[],
    new_key text[]
);

CREATE INDEX change_by_object ON idp.change (dataset, object, xid);

-- The advisory lock of one object. 7126 is a fixed seed that keeps us apart from other users of the hash.
CREATE FUNCTION idp.lock_key(p_dataset text, p_object text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN hashtextextended(p_dataset || E'\x1f' || p_object, 7126);

-- The fence: first command of every transaction, in the same batch as its first statement.
-- A refusal names the way on as JSON in its HINT: {"region", "epoch"} for ID001 and ID002, {"expired"} for ID003, where an
-- expired freeze is opened by SELECT idp.thaw(dataset, object). Not in its DETAIL: drivers redact that, since it may quote rows.
-- VOLATILE on purpose: a STABLE function saw 'owned' after the freeze.
CREATE FUNCTION idp.enter(p_dataset text, p_object text, p_epoch bigint, p_mode text DEFAULT 'write') RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    o idp.ownership;
    birth_region text;
    here text;
    entry text;
    pass text;
BEGIN
    IF p_mode NOT IN ('read', 'write') THEN
        RAISE EXCEPTION 'idp.enter: mode is %, expected read or write', quote_literal(p_mode) USING ERRCODE = 'ID006';
    END IF;

    -- Fair and shared: alone it would let a stale snapshot commit after the freeze, see FOR SHARE below.
    PERFORM pg_advisory_xact_lock_shared(idp.lock_key(p_dataset, p_object));

    IF current_setting('transaction_isolation') = 'read committed' THEN
        SELECT * INTO o FROM idp.ownership WHERE dataset = p_dataset AND object = p_object;
    ELSIF current_setting('transaction_read_only') = 'on' THEN
        RAISE EXCEPTION 'idp.enter: a READ ONLY transaction must be READ COMMITTED to see that its object was moved'
            USING ERRCODE = 'ID006', HINT = 'Leave out READ ONLY, or use READ COMMITTED.';
    ELSE
        -- Fails with 40001 instead of trusting a snapshot that is older than the freeze.
        SELECT * INTO o FROM idp.ownership WHERE dataset = p_dataset AND object = p_object FOR SHARE;
    END IF;

    IF o.state IS NULL OR o.state = 'absent' THEN
        SELECT d.birth_region INTO birth_region FROM idp.dataset d WHERE d.name = p_dataset;
        SELECT s.region INTO here FROM idp.store s;
        IF birth_region IS NULL THEN
            RAISE EXCEPTION 'dataset % is not adopted in %', quote_literal(p_dataset), here
                USING ERRCODE = 'ID005', HINT = 'idp dataset adopt FILE';
        ELSIF birth_region <> here OR p_epoch <> 0 THEN
            RAISE EXCEPTION '%/% is not in %', p_dataset, p_object, here
                USING ERRCODE = 'ID001', HINT = json_build_object('region', birth_region, 'epoch', 0);
        ELSIF p_mode = 'read' THEN
            RETURN 0; -- Nothing was born yet, so there is nothing to read, and nothing to move away.
        END IF;

        INSERT INTO idp.ownership AS own (dataset, object, state, owner_epoch, attempt_epoch)
        VALUES (p_dataset, p_object, 'owned', 1, 1)
        ON CONFLICT (dataset, object) DO UPDATE
            SET state = 'owned', owner_epoch = 1, attempt_epoch = greatest(own.attempt_epoch, 1)
            WHERE own.state = 'absent';
        IF NOT FOUND AND current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION '%/% was born meanwhile', p_dataset, p_object USING ERRCODE = '40001';
        END IF;
        SELECT * INTO o FROM idp.ownership WHERE dataset = p_dataset AND object = p_object;
        p_epoch := greatest(p_epoch, 1);
    ELSIF o.state = 'importing' AND o.move_epoch = p_epoch AND current_setting('transaction_read_only') = 'off' THEN
        -- The epoch of a move can be known only from the forward that its commit wrote, so knowing it is the proof.
        UPDATE idp.ownership
           SET state = 'owned', owner_epoch = p_epoch, move_epoch = 0, forward_to = NULL, forward_epoch = 0,
               stream_from = 0, subscribers = ARRAY[-p_epoch]
         WHERE dataset = p_dataset AND object = p_object AND state = 'importing' AND move_epoch = p_epoch;
        SELECT * INTO o FROM idp.ownership WHERE dataset = p_dataset AND object = p_object;
    END IF;

    IF o.state = 'frozen' THEN
        RAISE EXCEPTION '%/% is being handed over', p_dataset, p_object
            USING ERRCODE = 'ID003', HINT = json_build_object('expired', o.freeze_until <= clock_timestamp());
    ELSIF o.state <> 'owned' THEN
        RAISE EXCEPTION '%/% is not here: %', p_dataset, p_object, o.state
            USING ERRCODE = 'ID001', HINT = json_build_object('region', o.forward_to, 'epoch', o.forward_epoch);
    ELSIF o.owner_epoch <> p_epoch THEN
        SELECT s.region INTO here FROM idp.store s;
        RAISE EXCEPTION '%/% has owner epoch %, not %', p_dataset, p_object, o.owner_epoch, p_epoch
            USING ERRCODE = 'ID002', HINT = json_build_object('region', here, 'epoch', o.owner_epoch);
    END IF;

    IF p_mode = 'write' THEN
        pass := coalesce(current_setting('idp.pass', true), '');
        entry := E'\x1e' || p_dataset || E'\x1f' || p_object || E'\x1f' || CASE WHEN o.subscribers = '{}' THEN '-' ELSE '+' END;
        IF strpos(pass, entry) = 0 THEN
            IF length(pass) - length(replace(pass, E'\x1e', '')) >= 16 THEN
                RAISE EXCEPTION 'a transaction enters at most 16 objects' USING ERRCODE = 'ID006';
            END IF;
            PERFORM set_config('idp.pass', pass || entry, true);
        END IF;
    END IF;

    RETURN o.owner_epoch;
END
$$;

-- Opens an expired freeze again. Anybody may call it, so a dead control plane costs at most the freeze's limit.
CREATE FUNCTION idp.thaw(p_dataset text, p_object text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(idp.lock_key(p_dataset, p_object));
    UPDATE idp.ownership
       SET state = 'owned', freeze_nonce = 0, freeze_until = NULL
     WHERE dataset = p_dataset AND object = p_object AND state = 'frozen' AND freeze_until <= clock_timestamp();
    RETURN FOUND;
END
$$;

-- Called by the row triggers of adopted tables. TRUNCATE would empty every object at once, unseen by any stream.
CREATE FUNCTION idp.refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE of % is refused: its rows belong to objects that may be moving', TG_TABLE_NAME
        USING ERRCODE = 'ID004', HINT = 'DELETE the rows of one object after SELECT idp.enter(…), or release the dataset first.';
END
$$;

CREATE FUNCTION idp.refuse_write(p_dataset text, p_object text) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'this transaction has not entered %/%', p_dataset, p_object
        USING ERRCODE = 'ID004',
              HINT = format('First in the transaction: SELECT idp.enter(%L, %L, (SELECT owner_epoch FROM idp.ownership WHERE dataset = %L AND object = %L));',
                            p_dataset, p_object, p_dataset, p_object);
END
$$;
