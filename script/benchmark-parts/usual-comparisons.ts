/**
 * The SQL that other tools send to Snowflake to compare two relations. Written here after their published sources:
 * dbt-audit-helper at 3bd0ca4 (macros/quick_are_queries_identical.sql, compare_and_classify_query_results.sql with
 * utils/_generate_set_results.sql, compare_all_columns.sql) and Recce at ef46b7c (recce/tasks/valuediff.py). What is measured is
 * their queries alone, without the time that dbt takes to start.
 */
import { COLUMNS, KEY } from './event-tables.js';

/** Full names of the two relations. */
export interface Pair {
  readonly baseline: string;
  readonly upcoming: string;
}

const LIST = COLUMNS.join(', ');

/** dbt-audit-helper, quick_are_queries_identical: yes or no, nothing else. */
export function quickCheck({ baseline, upcoming }: Pair): readonly string[] {
  const arm = (relation: string): string => `SELECT HASH_AGG(${LIST}) AS hash_result FROM (SELECT * FROM ${relation})`;
  return [
    `SELECT COUNT(DISTINCT hash_result) = 1 AS are_tables_identical FROM (${arm(baseline)} UNION ALL ${arm(upcoming)})`,
  ];
}

/** dbt-audit-helper, compare_and_classify_query_results with its usual 20 sample rows of each status. */
export function classify({ baseline, upcoming }: Pair): readonly string[] {
  const side = (name: string, relation: string): string => `${name} AS (
  SELECT ${LIST}, surrogate_key, pk_row_num, HASH(${LIST}, pk_row_num) AS row_hash
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY surrogate_key ORDER BY surrogate_key) AS pk_row_num
    FROM (SELECT ${LIST}, MD5(COALESCE(CAST(${KEY} AS VARCHAR), '_key_is_null_')) AS surrogate_key FROM ${relation})
  )
)`;
  const inBoth = 'SELECT *, TRUE AS in_a, TRUE AS in_b FROM a WHERE a.row_hash IN (SELECT b.row_hash FROM b)';
  const onlyA = 'SELECT *, TRUE AS in_a, FALSE AS in_b FROM a WHERE a.row_hash NOT IN (SELECT b.row_hash FROM b)';
  const onlyB = 'SELECT *, FALSE AS in_a, TRUE AS in_b FROM b WHERE b.row_hash NOT IN (SELECT a.row_hash FROM a)';
  const row = 'PARTITION BY surrogate_key, pk_row_num';
  return [
    `WITH ${side('a', baseline)},
${side('b', upcoming)},
all_records AS (${inBoth} UNION ALL ${onlyA} UNION ALL ${onlyB}),
classified AS (
  SELECT *, CASE
    WHEN MAX(pk_row_num) OVER (PARTITION BY surrogate_key) > 1 THEN 'nonunique_pk'
    WHEN in_a AND in_b THEN 'identical'
    WHEN BOOLOR_AGG(in_a) OVER (${row}) AND BOOLOR_AGG(in_b) OVER (${row}) THEN 'modified'
    WHEN in_a THEN 'removed'
    WHEN in_b THEN 'added'
  END AS row_status
  FROM all_records
),
counted AS (
  SELECT *,
    COUNT(DISTINCT surrogate_key || '-' || pk_row_num::VARCHAR) OVER (PARTITION BY row_status) AS rows_in_status,
    DENSE_RANK() OVER (PARTITION BY row_status ORDER BY surrogate_key, pk_row_num) AS sample_number
  FROM classified
)
SELECT * FROM counted WHERE sample_number <= 20 ORDER BY row_status, sample_number`,
  ];
}

/** dbt-audit-helper, compare_all_columns, summarised: one full join for each column, in one statement. */
export function allColumns({ baseline, upcoming }: Pair): readonly string[] {
  const compared = (column: string): string => {
    const both = 'a.pk IS NOT NULL AND b.pk IS NOT NULL';
    const nulls = `(a.${column} IS NOT NULL AND b.${column} IS NULL) OR (a.${column} IS NULL AND b.${column} IS NOT NULL)`;
    return `(SELECT COALESCE(a.pk, b.pk) AS primary_key, '${column}' AS column_name,
  COALESCE(a.${column} = b.${column} AND ${both}, (a.${column} IS NULL AND b.${column} IS NULL), FALSE) AS perfect_match,
  a.${column} IS NULL AND a.pk IS NOT NULL AS null_in_a,
  b.${column} IS NULL AND b.pk IS NOT NULL AS null_in_b,
  a.pk IS NULL AS missing_from_a,
  b.pk IS NULL AS missing_from_b,
  COALESCE(${both} AND (a.${column} <> b.${column} OR ${nulls}), FALSE) AS conflicting_values
FROM (SELECT *, ${KEY} AS pk FROM ${baseline}) a
FULL OUTER JOIN (SELECT *, ${KEY} AS pk FROM ${upcoming}) b ON a.pk = b.pk)`;
  };
  const counts = ['perfect_match', 'null_in_a', 'null_in_b', 'missing_from_a', 'missing_from_b', 'conflicting_values'];
  const sums = counts.map((name) => `SUM(CASE WHEN ${name} THEN 1 ELSE 0 END) AS ${name}`).join(', ');
  return [
    `WITH main AS (${COLUMNS.map(compared).join('\nUNION ALL\n')})
SELECT UPPER(column_name) AS column_name, ${sums} FROM main GROUP BY 1 ORDER BY column_name`,
  ];
}

/** Recce, value diff: the key of each side, then one full join for each column on the hash of the key. */
export function valueDiff({ baseline, upcoming }: Pair): readonly string[] {
  const keyCheck = (relation: string): string =>
    `SELECT COUNT(*) AS INVALIDS FROM (
  SELECT ${KEY} AS unique_field, COUNT(*) AS n_records FROM ${relation}
  WHERE ${KEY} IS NOT NULL GROUP BY ${KEY} HAVING COUNT(*) > 1
) AS T`;
  const pk = `MD5(COALESCE(CAST(${KEY} AS VARCHAR), '_recce_surrogate_key_null_'))`;
  const compared = (column: string): string => `WITH
a_query AS (SELECT ${pk} AS _pk, * FROM ${baseline}),
b_query AS (SELECT ${pk} AS _pk, * FROM ${upcoming}),
joined AS (
  SELECT COALESCE(a_query._pk, b_query._pk) AS _pk, CASE
    WHEN a_query.${column} = b_query.${column} THEN 'perfect match'
    WHEN a_query.${column} IS NULL AND b_query.${column} IS NULL THEN 'both are null'
    WHEN a_query._pk IS NULL THEN 'missing from a'
    WHEN b_query._pk IS NULL THEN 'missing from b'
    WHEN a_query.${column} IS NULL THEN 'value is null in a only'
    WHEN b_query.${column} IS NULL THEN 'value is null in b only'
    WHEN a_query.${column} <> b_query.${column} THEN 'values do not match'
    ELSE 'unknown'
  END AS match_status
  FROM a_query FULL OUTER JOIN b_query ON a_query._pk = b_query._pk
),
aggregated AS (
  SELECT '${column}' AS column_name, match_status, COUNT(*) AS count_records FROM joined GROUP BY 1, 2
)
SELECT column_name, match_status, count_records,
  ROUND(100.0 * count_records / SUM(count_records) OVER (), 2) AS percent_of_total
FROM aggregated`;
  return [keyCheck(baseline), keyCheck(upcoming), ...COLUMNS.map(compared)];
}
