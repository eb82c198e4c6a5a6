import { quoteName, quoteRelation } from '../snowflake/identifiers.js';
import type { Comparison, ModelVerdict } from '../verification/verdict.js';

/** The two sides of a model as SQL. */
interface Sides {
  readonly green: string;
  readonly blue: string;
  /** Quoted key columns. */
  readonly key: readonly string[];
  /** What both sides are narrowed to, and what of green blue may lack. */
  readonly where: readonly string[];
  readonly spared: readonly string[];
}

/** SQL that shows the finding in a worksheet, ready to paste; undefined when there is nothing to show. */
export function reproduction(model: ModelVerdict): string | undefined {
  const { key, comparison, baseline, relation, conditions } = model;
  if (key === undefined || comparison === undefined || baseline === undefined || comparison.identical) return undefined;
  const sides: Sides = {
    green: quoteRelation(baseline),
    blue: quoteRelation(relation),
    key: key.columns.map(quoteName),
    where: conditions?.where === undefined ? [] : [conditions.where],
    spared: (conditions?.mayLack ?? []).map((sql) => `NOT COALESCE((\n${sql}\n), FALSE)`),
  };
  const queries = key.columns.length === 0 ? ofRows(model, sides) : ofKeys(comparison, sides);
  return queries.length === 0 ? undefined : queries.join('\n');
}

function ofKeys(comparison: Comparison, sides: Sides): readonly string[] {
  const { key, green, blue, where, spared } = sides;
  const { missing, extra, changed, nullKeys, duplicateKeys, columns } = comparison;
  const differing = columns.filter((column) => column.changed > 0).map(({ column }) => quoteName(column));
  const queries = [
    missing > 0 && except('missing ids', key, select(green, [...where, ...spared]), select(blue, where)),
    extra > 0 && except('ids only in blue', key, select(blue, where), select(green, where)),
    // Not EXCEPT: it would show missing rows among the changed ones.
    changed > 0 && differing.length > 0 && changedRows(key, differing, sides),
    duplicateKeys.upcoming > 0 && repeated(key, select(blue, where)),
    nullKeys.upcoming > 0 && withNullKey(key, blue, where),
  ];
  return queries.filter((query) => query !== false);
}

/** Without a key whole rows are compared, in the columns that are compared; rows that only repeat more often do not show. */
function ofRows(
  { comparison, schema, uncompared }: ModelVerdict,
  { green, blue, where, spared }: Sides,
): readonly string[] {
  if (comparison === undefined || schema === undefined || schema.reordered) return [];
  const apart = uncompared.map(({ column }) => column);
  const all = (leftOut: readonly string[]): string =>
    leftOut.length === 0 ? '*' : `* EXCLUDE (${leftOut.map(quoteName).join(', ')})`;
  const left = `SELECT ${all([...schema.removed, ...apart])}`;
  const right = `SELECT ${all([...schema.added, ...apart])}`;
  const missing = `-- rows only in green\n${left} ${select(green, [...where, ...spared])}\nEXCEPT\n${right} ${select(blue, where)};`;
  const extra = `-- rows only in blue\n${right} ${select(blue, where)}\nEXCEPT\n${left} ${select(green, where)};`;
  return [...(comparison.missing > 0 ? [missing] : []), ...(comparison.extra > 0 ? [extra] : [])];
}

function select(relation: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? `FROM ${relation}` : `FROM ${relation} WHERE ${conditions.join(' AND ')}`;
}

/** EXCEPT holds NULLs equal, as the comparison does. */
function except(title: string, columns: readonly string[], from: string, without: string): string {
  const list = columns.join(', ');
  return `-- ${title}\nSELECT ${list} ${from}\nEXCEPT\nSELECT ${list} ${without};`;
}

function changedRows(key: readonly string[], columns: readonly string[], { green, blue, where }: Sides): string {
  const own = (side: string, names: readonly string[]): readonly string[] => names.map((name) => `${side}.${name}`);
  const beside = columns.flatMap((name) => [
    `g.${name} AS ${suffixed(name, ' green')}`,
    `b.${name} AS ${suffixed(name, ' blue')}`,
  ]);
  const from = (relation: string): string => (where.length === 0 ? relation : `(SELECT * ${select(relation, where)})`);
  const differ = columns.map((name) => `g.${name} IS DISTINCT FROM b.${name}`);
  const match = key.map((name) => `EQUAL_NULL(g.${name}, b.${name})`).join(' AND ');
  return [
    '-- changed rows, green beside blue',
    `SELECT ${[...own('g', key), ...beside].join(', ')}`,
    `FROM ${from(green)} g JOIN ${from(blue)} b ON ${match}`,
    `WHERE ${differ.join(' OR ')} LIMIT 100;`,
  ].join('\n');
}

/** The quoted name with something added inside its quotes. */
function suffixed(quoted: string, suffix: string): string {
  return `${quoted.slice(0, -1)}${suffix}"`;
}

function repeated(columns: readonly string[], from: string): string {
  const list = columns.join(', ');
  return `-- ids that repeat in blue\nSELECT ${list}, COUNT(*) ${from} GROUP BY ${list} HAVING COUNT(*) > 1;`;
}

function withNullKey(key: readonly string[], relation: string, where: readonly string[]): string {
  const isNull = `(${key.map((name) => `${name} IS NULL`).join(' OR ')})`;
  return `-- rows of blue with a NULL key\nSELECT * ${select(relation, [...where, isNull])} LIMIT 100;`;
}
