-- Which proven units of work have committed. A client whose connection broke before the answer asks here instead of guessing.
-- Tokens sort by their time (UUID version 7), so the oldest are at the front of the index.
CREATE TABLE idp.proof (
    token uuid PRIMARY KEY,
    is_committed boolean NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);

-- Part of a unit of work that wants proof: the token is committed with it, or not at all.
CREATE FUNCTION idp.prove(p_token uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO idp.proof (token, is_committed) VALUES (p_token, true) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unit of work % was given up by its client', p_token USING ERRCODE = 'ID007';
    END IF;

    -- One in 500 clears up after 500: no connection lives an hour after its client has lost it.
    IF random() < 0.002 THEN
        DELETE FROM idp.proof WHERE noted_at < now() - interval '1 hour'
            AND token IN (SELECT token FROM idp.proof ORDER BY token LIMIT 1000 FOR UPDATE SKIP LOCKED);
    END IF;
END
$$;

-- How a unit of work ended; one that has not is voided for good, so that a batch still on its way cannot commit later.
-- Waits for a transaction in flight: the index makes two holders of one token take turns.
CREATE FUNCTION idp.proven(p_token uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO idp.proof (token, is_committed) VALUES (p_token, false) ON CONFLICT DO NOTHING;
    RETURN (SELECT is_committed FROM idp.proof WHERE token = p_token);
END
$$;
