-- The fence and the log at the cost of a few microseconds a transaction (docs/decisions/0014).

-- Names compare by bytes: no collation of the database slows the index down, or changes its order with a library.
ALTER TABLE idp.ownership ALTER dataset TYPE text COLLATE "C", ALTER object TYPE text COLLATE "C";
ALTER TABLE idp.outcome ALTER dataset TYPE text COLLATE "C", ALTER object TYPE text COLLATE "C";
ALTER TABLE idp.progress ALTER dataset TYPE text COLLATE "C", ALTER object TYPE text COLLATE "C";

-- The log has one reader, which asks by object and transaction; nobody asks for an entry by number.
ALTER TABLE idp.change
    DROP COLUMN id,
    ALTER dataset TYPE text COLLATE "C",
    ALTER object TYPE text COLLATE "C",
    ALTER table_name TYPE text COLLATE "C";

-- A released dataset keeps its row, and every ownership row: nothing may be born twice after it is adopted again.
ALTER TABLE idp.dataset
    ADD state text NOT NULL DEFAULT 'adopted' CHECK (state IN ('adopted', 'released'));

-- The tables as an attempt found them at its source. Whoever goes on with the attempt must still find them so.
CREATE TABLE idp.attempt (
    dataset text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    shape text NOT NULL,
    parts text NOT NULL,
    mark text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (dataset, object, epoch)
);

-- One object's entry on the pass of a transaction. Names cannot contain the separators: idp.enter refuses such.
CREATE FUNCTION idp.entry(p_dataset text, p_object text, p_subscribed boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN E'\x1e' || p_dataset || E'\x1f' || p_object || CASE WHEN p_subscribed THEN E'\x1f+' ELSE E'\x1f-' END;

-- The fence: first command of every transaction, in the same batch as its first statement. Two functions of one meaning:
--   idp.enter      reads the row of an owned object. Nothing else, since each statement of a function counts here.
--   idp.enter_any  all the rest: births, opening by epoch, the stricter isolation levels, further objects, every refusal.
DROP FUNCTION idp.enter(text, text, bigint, text);

-- A refusal names the way on as JSON in its HINT: {"region", "epoch"} for ID001 and ID002, {"expired"} for ID003, where an
-- expired freeze is opened by SELECT idp.thaw(dataset, object). Not in its DETAIL: drivers redact that, since it may quote rows.
-- VOLATILE on purpose: a STABLE function saw 'owned' after the freeze.
CREATE FUNCTION idp.enter_any(p_dataset text, p_object text, p_epoch bigint, p_mode text) RETURNS bigint
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
    ELSIF (p_dataset || p_object) ~ E'[\x1d-\x1f]' THEN
        -- They separate the entries of a pass: such a name could stand for another object's entry.
        RAISE EXCEPTION 'idp.enter: the name of an object cannot contain the characters U+001D to U+001F'
            USING ERRCODE = 'ID006', HINT = 'Give its rows another placement key.';
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
        SELECT d.birth_region INTO birth_region FROM idp.dataset d WHERE d.name = p_dataset AND d.state = 'adopted';
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
        entry := idp.entry(p_dataset, p_object, o.subscribers <> '{}');
        IF pass = '' THEN
            PERFORM set_config('idp.pass', entry, true);
        ELSIF strpos(pass, entry) = 0 THEN
            IF length(pass) - length(replace(pass, E'\x1e', '')) >= 16 THEN
                RAISE EXCEPTION 'a transaction enters at most 16 objects' USING ERRCODE = 'ID006';
            END IF;
            -- Marked: guards compare a pass without the mark as a whole with the one entry that they expect.
            PERFORM set_config('idp.pass', E'\x1d' || ltrim(pass, E'\x1d') || entry, true);
        END IF;
    END IF;

    RETURN o.owner_epoch;
END
$$;

-- SECURITY DEFINER without a search path of its own, which would cost more than the rest: hence every name in full.
CREATE FUNCTION idp.enter(p_dataset text, p_object text, p_epoch bigint, p_mode text DEFAULT 'write') RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
AS $$
DECLARE
    is_quiet boolean;
    ignored text;
BEGIN
    -- The lock first, in a statement before the row is read. Trying is as fair as waiting: it fails behind a waiting freeze.
    IF pg_catalog.texteq(pg_catalog.current_setting('transaction_isolation'), 'read committed')
        AND pg_catalog.texteq(coalesce(pg_catalog.current_setting('idp.pass', true), ''), '')
        AND (pg_catalog.texteq(p_mode, 'write') OR pg_catalog.texteq(p_mode, 'read'))
        AND pg_catalog.pg_try_advisory_xact_lock_shared(idp.lock_key(p_dataset, p_object))
    THEN
        SELECT o.subscribers OPERATOR(pg_catalog.=) '{}' INTO is_quiet FROM idp.ownership o
         WHERE o.dataset OPERATOR(pg_catalog.=) p_dataset AND o.object OPERATOR(pg_catalog.=) p_object
           AND o.state OPERATOR(pg_catalog.=) 'owned' AND o.owner_epoch OPERATOR(pg_catalog.=) p_epoch;
        IF is_quiet IS NOT NULL AND pg_catalog.strpos(p_object, E'\x1e') OPERATOR(pg_catalog.=) 0 AND pg_catalog.strpos(p_object, E'\x1f') OPERATOR(pg_catalog.=) 0 THEN
            IF pg_catalog.texteq(p_mode, 'write') THEN
                ignored := pg_catalog.set_config('idp.pass', idp.entry(p_dataset, p_object, NOT is_quiet), true);
            END IF;
            RETURN p_epoch;
        END IF;
    END IF;

    RETURN idp.enter_any(p_dataset, p_object, p_epoch, p_mode);
END
$$;

-- Called by guards of objects with subscribers, and by nothing else: applications have no privilege on the log itself.
CREATE FUNCTION idp.log_change(p_dataset text, p_object text, p_table text, p_old text[], p_new text[]) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
AS $$
BEGIN
    IF pg_catalog.pg_trigger_depth() OPERATOR(pg_catalog.=) 0 THEN
        RAISE EXCEPTION 'idp.log_change is called by the guards of adopted tables only' USING ERRCODE = 'ID006';
    END IF;
    INSERT INTO idp.change (dataset, object, table_name, old_key, new_key) VALUES (p_dataset, p_object, p_table, p_old, p_new);
    RETURN true;
END
$$;

-- What guards do with a row that is not simply let pass. They call it with the row's own object, old and new.
CREATE FUNCTION idp.check_write(p_dataset text, p_table text, p_old_object text, p_new_object text, p_old text[], p_new text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    pass text := coalesce(current_setting('idp.pass', true), '');
    object text := coalesce(p_new_object, p_old_object);
BEGIN
    IF p_old_object <> p_new_object COLLATE "C" THEN
        RAISE EXCEPTION 'the placement key of a row cannot change: % to %', p_old_object, p_new_object
            USING ERRCODE = 'ID004', HINT = 'Insert the row anew under the other key, in a transaction that has entered both objects.';
    ELSIF object IS NULL OR object ~ E'[\x1d-\x1f]' THEN
        RAISE EXCEPTION 'the placement key % of a row of % names no object', coalesce(quote_literal(object), 'null'), p_table
            USING ERRCODE = 'ID004', HINT = 'It is neither null nor has it the characters U+001D to U+001F.';
    ELSIF strpos(pass, idp.entry(p_dataset, object, true)) > 0 THEN
        PERFORM idp.log_change(p_dataset, object, p_table, CASE WHEN p_old IS DISTINCT FROM p_new THEN p_old END, p_new);
    ELSIF strpos(pass, idp.entry(p_dataset, object, false)) = 0 THEN
        PERFORM idp.refuse_write(p_dataset, object);
    END IF;
END
$$;

-- Does nothing but depend on the placement key's column, so that it is not dropped from an adopted table unawares.
CREATE FUNCTION idp.keep_key() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN NULL;
END
$$;

-- Called with the row that an attempt begins to move. The lock on the dataset's row makes a release wait, and see the attempt.
CREATE FUNCTION idp.begin_attempt(p_dataset text, p_object text, p_epoch bigint, p_shape text, p_parts text, p_mark text) RETURNS void
    LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM FROM idp.dataset d WHERE d.name = p_dataset AND d.state = 'adopted' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'dataset % is not adopted in %', quote_literal(p_dataset), (SELECT s.region FROM idp.store s)
            USING ERRCODE = 'ID005', HINT = 'idp dataset adopt FILE';
    END IF;
    INSERT INTO idp.attempt (dataset, object, epoch, shape, parts, mark) VALUES (p_dataset, p_object, p_epoch, p_shape, p_parts, p_mark)
    ON CONFLICT DO NOTHING;
END
$$;
