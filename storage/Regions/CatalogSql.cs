namespace Idp.Storage.Regions;

/// <summary>How a store's catalog describes tables.</summary>
internal static class CatalogSql
{
    // Of the column a: what its identity or its default draws from.
    private const string SequencesOfColumn = """
        SELECT s.oid, quote_ident(sn.nspname) || '.' || quote_ident(s.relname) AS name FROM (
            SELECT d.objid AS oid FROM pg_depend d
            WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
            UNION
            SELECT d.refobjid FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
            WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum) u
        JOIN pg_class s ON s.oid = u.oid AND s.relkind = 'S'
        JOIN pg_namespace sn ON sn.oid = s.relnamespace
        """;

    /// <summary>One row for each column of the tables in <c>$1</c> that draws from a sequence, with the last number drawn by anybody: no snapshot hides one.</summary>
    public const string Sequences = $"""
        SELECT n.nspname || '.' || c.relname, a.attname::text, u.name,
               q.seqincrement, q.seqmin, q.seqmax, q.seqcycle, pg_sequence_last_value(q.seqrelid)
        FROM unnest($1::text[]) t(name)
        JOIN pg_class c ON c.oid = to_regclass(t.name)
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL ({SequencesOfColumn}) u
        JOIN pg_sequence q ON q.seqrelid = u.oid
        ORDER BY 1, 2, 3
        """;

    /// <summary>One row for each name in <c>$1</c>: the name, the table as JSON or null, its relations as JSON, and a mark that is the same only while both are.</summary>
    /// <remarks>
    /// tgtype &amp; 1 are row triggers; triggers with transition tables work with rows just so. Ours begin with idp_. Partitions may have triggers, constraints and unique indexes of their own,
    /// so the whole tree is asked. Whatever is a fact of the table goes into the shape, which two stores are compared by; where
    /// its rows lie, and in which file, goes into the parts, which one store is compared with itself by while a row moves.
    /// </remarks>
    public const string Shape = $"""
        SELECT found.*, md5(concat_ws(E'\x1f', found.name, found.shape, found.parts)) AS mark FROM (
        SELECT t.name, CASE WHEN c.oid IS NOT NULL THEN json_build_object(
            'Schema', n.nspname,
            'Name', c.relname,
            'Kind', c.relkind,
            'HasRowSecurity', (SELECT bool_or(pc.relrowsecurity) FROM pg_class pc WHERE pc.oid = ANY (tree.oids)),
            'Columns', (SELECT coalesce(json_agg(json_build_object(
                    'Name', a.attname, 'Type', format_type(a.atttypid, a.atttypmod), 'IsNotNull', a.attnotnull,
                    'IsGenerated', a.attgenerated <> '', 'IsAlwaysIdentity', a.attidentity = 'a',
                    'BaseType', base.name, 'TypeDetail', detail.text,
                    'Collation', CASE WHEN a.attnum = ANY (tree.keys) AND a.attcollation <> 0 THEN (
                        SELECT CASE WHEN l.oid = 'pg_catalog."default"'::regcollation
                                THEN nullif(d.datcollate || ' ' || coalesce(pg_database_collation_actual_version(d.oid), ''), 'C ')
                                ELSE nullif(l.collname || ' ' || coalesce(pg_collation_actual_version(l.oid), ''), 'C ') END
                        FROM pg_collation l, pg_database d WHERE l.oid = a.attcollation AND d.datname = current_database()) END,
                    'IsTextUnique', (base.kind = 'e' OR base.name = ANY (ARRAY['boolean', 'smallint', 'integer', 'bigint', 'oid', 'text', 'character varying', 'character',
                            'bpchar', 'name', 'uuid', 'date', 'timestamp without time zone', 'timestamp with time zone', 'time without time zone',
                            'bytea', 'numeric', 'inet', 'cidr', 'macaddr', 'macaddr8']))
                        AND NOT EXISTS (SELECT FROM pg_collation l WHERE l.oid = a.attcollation AND NOT l.collisdeterministic)) ORDER BY a.attnum), '[]')
                FROM pg_attribute a
                CROSS JOIN LATERAL (
                    WITH RECURSIVE under AS (
                        SELECT y.oid, y.typtype, y.typbasetype FROM pg_type y WHERE y.oid = a.atttypid
                        UNION ALL
                        SELECT y.oid, y.typtype, y.typbasetype FROM under u JOIN pg_type y ON y.oid = u.typbasetype WHERE u.typtype = 'd')
                    SELECT format_type(u.oid, NULL) AS name, u.typtype AS kind FROM under u WHERE u.typtype <> 'd') base
                CROSS JOIN LATERAL (
                    WITH RECURSIVE part AS (
                        SELECT y.oid FROM pg_type y WHERE y.oid = a.atttypid AND (y.typtype <> 'b' OR y.typcategory = 'A')
                        UNION
                        SELECT x.oid FROM part p JOIN pg_type y ON y.oid = p.oid CROSS JOIN LATERAL (
                            SELECT y.typbasetype AS oid WHERE y.typtype = 'd' UNION ALL SELECT y.typelem WHERE y.typcategory = 'A'
                            UNION ALL SELECT m.atttypid FROM pg_attribute m WHERE y.typtype = 'c' AND m.attrelid = y.typrelid AND m.attnum > 0 AND NOT m.attisdropped) x)
                    SELECT string_agg(format_type(y.oid, NULL) || ': ' || CASE y.typtype
                            WHEN 'e' THEN (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = y.oid)
                            WHEN 'd' THEN format_type(y.typbasetype, y.typtypmod) || coalesce(
                                (SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = y.oid), '')
                            ELSE (SELECT string_agg(m.attname || ' ' || format_type(m.atttypid, m.atttypmod), ',' ORDER BY m.attnum)
                                FROM pg_attribute m WHERE m.attrelid = y.typrelid AND m.attnum > 0 AND NOT m.attisdropped) END, '; ' ORDER BY format_type(y.oid, NULL) COLLATE "C") AS text
                    FROM part p JOIN pg_type y ON y.oid = p.oid WHERE y.typtype = ANY (ARRAY['e', 'd', 'c']::"char"[])) detail
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            'PrimaryKey', (SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]')
                FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(number, place)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts),
            'Uniques', (SELECT coalesce(json_agg(u.columns ORDER BY u.name COLLATE "C"), '[]') FROM (
                SELECT i.indexrelid::regclass::text AS name, (SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]')
                        FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
                        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                        WHERE k.place <= i.indnkeyatts AND NOT 0 = ANY (i.indkey)) AS columns
                FROM pg_index i WHERE i.indrelid = ANY (tree.oids) AND i.indisunique AND NOT (i.indrelid = c.oid AND i.indisprimary)
                    AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)) u),
            'ForeignKeys', (SELECT coalesce(json_agg(json_build_object(
                    'Name', f.conname,
                    'Columns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.conkey) WITH ORDINALITY k(number, place)
                        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number),
                    'TargetSchema', fn.nspname,
                    'TargetName', fc.relname,
                    'TargetColumns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.confkey) WITH ORDINALITY k(number, place)
                        JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number)) ORDER BY f.conname COLLATE "C"), '[]')
                FROM pg_constraint f JOIN pg_class fc ON fc.oid = f.confrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace
                WHERE f.conrelid = ANY (tree.oids) AND f.contype = 'f' AND f.conparentid = 0),
            'Triggers', (SELECT coalesce(json_agg(g.tgname ORDER BY g.tgname COLLATE "C"), '[]') FROM pg_trigger g
                WHERE g.tgrelid = ANY (tree.oids) AND g.tgparentid = 0 AND NOT g.tgisinternal AND (g.tgtype & 1 = 1 OR g.tgoldtable IS NOT NULL OR g.tgnewtable IS NOT NULL)
                  AND g.tgname NOT LIKE 'idp\_%'),
            'Obstacles', (SELECT coalesce(json_agg(o.text ORDER BY o.text COLLATE "C"), '[]') FROM (
                SELECT 'is a partition; adopt the partitioned table above it' AS text WHERE c.relispartition
                UNION ALL SELECT 'has tables that inherit from it; use declarative partitioning'
                    WHERE c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid)
                UNION ALL SELECT 'inherits from another table; use declarative partitioning'
                    WHERE NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid)
                UNION ALL SELECT 'is not logged (UNLOGGED or TEMPORARY), so a crash would empty it; ALTER TABLE … SET LOGGED'
                    WHERE EXISTS (SELECT FROM pg_class pc WHERE pc.oid = ANY (tree.oids) AND pc.relpersistence <> 'p')
                UNION ALL SELECT 'has rewrite rules, which would act on copied rows again; drop them' WHERE c.relhasrules
                UNION ALL SELECT 'has a partition that is a foreign table, ' || pc.oid::regclass::text || '; detach it'
                    FROM pg_class pc WHERE pc.oid = ANY (tree.oids) AND pc.relkind NOT IN ('r', 'p') AND c.relkind = 'p'
                UNION ALL SELECT 'has the exclusion constraint ' || quote_ident(k.conname) || '; two regions could both accept what it excludes; drop it'
                    FROM pg_constraint k WHERE k.conrelid = ANY (tree.oids) AND k.contype = 'x'
                UNION ALL SELECT 'draws ' || quote_ident(a.attname) || ' from the sequence ' || u.name
                        || ', which movers must read and advance; GRANT SELECT, UPDATE ON SEQUENCE ' || u.name || ' TO ' || quote_ident(current_user)
                    FROM pg_attribute a CROSS JOIN LATERAL ({SequencesOfColumn}) u
                    WHERE a.attrelid = c.oid AND CASE WHEN EXISTS (SELECT FROM pg_sequence q WHERE q.seqrelid = u.oid)
                        THEN NOT (has_sequence_privilege(u.oid, 'SELECT') AND has_sequence_privilege(u.oid, 'UPDATE')) END
                UNION ALL SELECT 'has a deferrable primary key, by which no row can be replaced; make it NOT DEFERRABLE'
                    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p' AND k.condeferrable) o),
            'IncomingKeys', (SELECT coalesce(json_agg(json_build_object(
                    'Name', f.conname, 'Columns', '[]'::json, 'TargetSchema', fn.nspname, 'TargetName', fc.relname, 'TargetColumns', '[]'::json)
                    ORDER BY fn.nspname COLLATE "C", fc.relname COLLATE "C", f.conname COLLATE "C"), '[]')
                FROM pg_constraint f JOIN pg_class fc ON fc.oid = f.conrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace
                WHERE f.confrelid = ANY (tree.oids) AND f.contype = 'f' AND f.conparentid = 0))::text END AS shape,
            (SELECT json_agg(json_build_object(
                    'Table', n.nspname || '.' || c.relname,
                    'Name', pn.nspname || '.' || pc.relname,
                    'Sql', quote_ident(pn.nspname) || '.' || quote_ident(pc.relname),
                    'Mark', concat_ws('/', pc.oid, pc.relfilenode, pc.relnatts, pg_get_expr(pc.relpartbound, pc.oid), guards.text),
                    'IsGuarded', guards.is_complete) ORDER BY pc.oid <> c.oid, pn.nspname COLLATE "C", pc.relname COLLATE "C")::text
                FROM pg_class pc JOIN pg_namespace pn ON pn.oid = pc.relnamespace
                CROSS JOIN LATERAL (
                    SELECT string_agg(g.tgname || g.tgenabled::text || g.xmin::text, ',' ORDER BY g.tgname COLLATE "C") AS text,
                           count(*) FILTER (WHERE g.tgenabled IN ('O', 'A') AND g.tgname IN ('idp_guard', 'idp_truncate')) = 2 AS is_complete
                    FROM pg_trigger g WHERE g.tgrelid = pc.oid AND g.tgname LIKE 'idp\_%') guards
                WHERE pc.oid = ANY (tree.oids)) AS parts
        FROM unnest($1::text[]) WITH ORDINALITY t(name, place)
        LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)
        LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (
            SELECT ARRAY(SELECT c.oid UNION SELECT p.relid FROM pg_partition_tree(c.oid) p) AS oids,
                   ARRAY(SELECT k FROM pg_index i, unnest(i.indkey) k WHERE i.indrelid = c.oid AND i.indisprimary) AS keys) tree ON true
        ORDER BY t.place) found
        """;
}
