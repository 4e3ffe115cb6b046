/// Statements as analysts write them.
enum AnalyticsSQL {
    static let statements = [
        """
        SELECT date_trunc('month', ts) AS month, region, sum(amount) AS total,
               sum(sum(amount)) OVER (PARTITION BY region ORDER BY date_trunc('month', ts) ROWS UNBOUNDED PRECEDING),
               rank() OVER w, lag(sum(amount), 1, 0) OVER w, ntile(4) OVER w
        FROM sales WHERE ts >= :start AND ts < :end
        GROUP BY 1, 2 WINDOW w AS (PARTITION BY region ORDER BY sum(amount) DESC NULLS LAST)
        """,
        "SELECT c.name, o.* FROM customers c CROSS JOIN LATERAL (SELECT * FROM orders WHERE c_id = c.id LIMIT 3) o",
        "SELECT a, b, grouping(a, b), count(*) FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), CUBE (c), ROLLUP (d)",
        """
        WITH RECURSIVE tree AS (SELECT id, parent, ARRAY[id] AS path FROM t WHERE parent IS NULL
          UNION ALL SELECT t.id, t.parent, path || t.id FROM t JOIN tree ON t.parent = tree.id)
        SEARCH DEPTH FIRST BY id SET ordering CYCLE id SET is_cycle USING cycle_path
        SELECT path[1:2], path[:2], array_length(path, 1) FROM tree
        """,
        "SELECT data->'a'->>'b', data #>> '{x,0}', data @> '{\"k\": 1}', data ? 'k', data['a'] FROM events",
        "SELECT jsonb_path_query(data, '$.items[*] ? (@.price > 10)'), e.* FROM t, jsonb_each_text(t.data) e",
        "SELECT d::date, coalesce(n, 0) FROM generate_series(now() - interval '30 days', now(), '1 day') d LEFT JOIN t ON true",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x), mode() WITHIN GROUP (ORDER BY y), corr(x, y) FROM t",
        "SELECT extract(epoch FROM ts AT TIME ZONE 'Europe/Berlin'), ts AT TIME ZONE :zone, (a, b) OVERLAPS (c, d) FROM t",
        "SELECT count(DISTINCT x) FILTER (WHERE y > 1), string_agg(z, ', ' ORDER BY z), array_agg(x) FROM t HAVING count(*) > 1",
        "SELECT DISTINCT ON (user_id) * FROM events ORDER BY user_id, ts DESC FETCH FIRST 10 ROWS WITH TIES",
        "SELECT * FROM a FULL JOIN b USING (id) NATURAL JOIN c WHERE (x, y) IN (SELECT 1, 2) AND NOT EXISTS (SELECT 1)",
        "(SELECT 1 UNION ALL SELECT 2) INTERSECT SELECT 3 EXCEPT ALL (VALUES (4)) ORDER BY 1 LIMIT ALL OFFSET 2",
        "SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) WITH ORDINALITY AS u(n, t, i)",
        "SELECT * FROM json_to_recordset(:j) AS x(a int, b text COLLATE \"C\"), t TABLESAMPLE system (10) REPEATABLE (1)",
        "SELECT width_bucket(x, 0, 100, 10), x IS DISTINCT FROM y, x BETWEEN SYMMETRIC 1 AND 2, z ILIKE '%a' ESCAPE '!' FROM t",
        "SELECT CASE x WHEN 1 THEN 'a' ELSE 'b' END, nullif(a, b), greatest(a, b), x::numeric(10, 2), CAST(y AS text) FROM t",
        "SELECT ts_headline('english', body, q), ts_rank(v, q) FROM d, to_tsquery('a & b') q WHERE v @@ q",
        "SELECT x <-> y, p && q, r -|- s, a OPERATOR(pg_catalog.+) b, -|/ 4, n % 3, 2 ^ 3, b'01', x'1f', 1e3 FROM t",
        "SELECT * FROM XMLTABLE('/rows/row' PASSING x COLUMNS id int PATH '@id', ord FOR ORDINALITY) t, xmlforest(a, b) y",
        "SELECT current_date, localtimestamp(3), current_user, session_user, position('a' IN b), trim(BOTH 'x' FROM c) FROM t",
        "SELECT random(), gen_random_uuid(), clock_timestamp(), pg_total_relation_size('t'), pg_sleep(0.1), version()",
        "SELECT * FROM pg_stat_activity, information_schema.columns WHERE relname = 'x'::regclass::text",
    ]
}
