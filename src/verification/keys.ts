import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { parseIdentifier } from '../snowflake/identifiers.js';
import type { Row } from '../snowflake/warehouse.js';
import type { Column } from './columns.js';
import type { ModelSettings } from './settings/model-settings.js';
import type { Key, KeySource } from './verdict.js';

/** Names as somebody wrote them that may identify a row. */
interface Candidate {
  readonly columns: readonly string[];
  readonly source: KeySource;
}

/** No `=` or GROUP BY on these. https://docs.snowflake.com/en/sql-reference/data-types-geospatial, …/data-types-vector */
const NO_KEY_TYPES = new Set(['GEOGRAPHY', 'GEOMETRY', 'VECTOR', 'FILE']);

/** Column-list arguments of the generic tests that prove a combination unique, by the test's name. */
const COMBINATION_TESTS: Readonly<Record<string, string>> = {
  unique_combination_of_columns: 'combination_of_columns',
  expect_compound_columns_to_be_unique: 'column_list',
};

/**
 * The key to match rows by: the first of meta, contract, `unique_key`, combination test, `unique` test and declared
 * primary key whose columns exist on both sides. Names are never guessed and tests never merged: one test, one candidate.
 *
 * @param columns columns that both sides have
 * @param declared stored column names of the table's primary key in Snowflake; empty when there is none
 * @throws Error when the key in meta names a column that does not exist: what a person wrote must not be passed over
 */
export function findKey(
  node: ManifestNode,
  manifest: Manifest,
  settings: ModelSettings,
  columns: readonly Column[],
  declared: readonly string[],
): Key {
  if (settings.key !== undefined) return keyFromSettings(node, settings.key, columns);
  const written = candidates(node, manifest);
  for (const candidate of [...written, { columns: declared.map(quoted), source: 'primary key' as const }]) {
    const key = resolve(candidate, columns);
    if (key !== undefined) return key;
  }
  return { columns: [], source: 'keyless' };
}

/** Whether the manifest alone names a key for the node, so that Snowflake need not be asked for declared ones. */
export function hasWrittenKey(node: ManifestNode, manifest: Manifest, settings: ModelSettings): boolean {
  return settings.key !== undefined || candidates(node, manifest).length > 0;
}

/** Columns of declared primary keys in key order, by stored table name, from the rows of `SHOW PRIMARY KEYS`. */
export function readPrimaryKeys(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const byTable = new Map<string, { readonly name: string; readonly position: number }[]>();
  for (const row of rows) {
    const table = row['table_name'];
    const name = row['column_name'];
    if (table === undefined || table === null || name === undefined || name === null) continue;
    const columns = byTable.get(table) ?? [];
    byTable.set(table, columns);
    columns.push({ name, position: Number(row['key_sequence'] ?? 0) });
  }
  const inOrder = [...byTable].map(([table, columns]): [string, readonly string[]] => [
    table,
    columns.toSorted((a, b) => a.position - b.position).map((column) => column.name),
  ]);
  return new Map(inOrder);
}

/** Whether a test of dbt that passed in blue, over all rows, proves that no key repeats there. */
export function isProvenUnique(key: Key, node: ManifestNode, manifest: Manifest, passed: ReadonlySet<string>): boolean {
  const same = [...key.columns].sort().join('\0');
  return uniqueTests(node, manifest).some((test) => {
    if (!passed.has(test.uniqueId)) return false;
    return test.columns.map(storedName).sort().join('\0') === same;
  });
}

/** The stored name of the column that `written` means, or undefined. Unquoted names are upper case in Snowflake. */
export function resolveColumn(written: string, columns: readonly Column[]): string | undefined {
  const stored = storedName(written);
  return (columns.find((column) => column.name === stored) ?? columns.find((column) => column.name === written))?.name;
}

/** Whether `written` means the column of this stored name. */
export function meansColumn(written: string, stored: string): boolean {
  return storedName(written) === stored || written === stored;
}

function keyFromSettings(node: ManifestNode, written: readonly string[], columns: readonly Column[]): Key {
  const key = resolve({ columns: written, source: 'meta' }, columns);
  if (key !== undefined) return key;
  throw new Error(
    `The key [${written.join(', ')}] in the meta of ${node.uniqueId} names a column that one side does not have ` +
      `or that cannot be a key. Columns of both sides: ${columns.map((column) => column.name).join(', ')}.`,
  );
}

function candidates(node: ManifestNode, manifest: Manifest): readonly Candidate[] {
  const markedColumns = Object.values(node.columns).filter((column) => column.meta['primary_key'] === true);
  const list: Candidate[] = [
    { columns: markedColumns.map((column) => column.name), source: 'meta' },
    ...contractKeys(node),
    { columns: configuredKey(node), source: 'unique_key' },
    ...uniqueTests(node, manifest).map(({ columns, source }) => ({ columns, source })),
  ];
  return list.filter((candidate) => candidate.columns.length > 0);
}

function contractKeys(node: ManifestNode): readonly Candidate[] {
  const ofModel = node.constraints
    .filter((constraint) => constraint.type === 'primary_key')
    .map((constraint) => constraint.columns);
  const ofColumns = Object.values(node.columns)
    .filter((column) => column.constraints.some((constraint) => constraint.type === 'primary_key'))
    .map((column) => column.name);
  return [...ofModel, ofColumns].map((columns) => ({ columns, source: 'contract' }));
}

function configuredKey(node: ManifestNode): readonly string[] {
  if (node.resourceType === 'snapshot') return ['dbt_scd_id'];
  const written = node.config['unique_key'];
  if (Array.isArray(written)) return written.every((part) => typeof part === 'string') ? written : [];
  // dbt takes an expression too; that is no column and so no key.
  if (typeof written !== 'string' || written.includes('(')) return [];
  return written.split(',').map((part) => part.trim());
}

interface UniqueTest extends Candidate {
  readonly uniqueId: string;
  readonly hasNotNull: boolean;
}

/** Tests that prove the whole table unique: not filtered by `where`, not of severity warn. Best candidate first. */
function uniqueTests(node: ManifestNode, manifest: Manifest): readonly UniqueTest[] {
  const tests = [...manifest.nodes.values()].filter(
    (other) => other.test?.attachedNode === node.uniqueId && other.test.severity.toLowerCase() === 'error',
  );
  const unfiltered = tests.filter((test) => (test.config['where'] ?? '') === '');
  const notNull = new Set(
    unfiltered.filter((test) => test.test?.kind === 'not_null').map((test) => test.test?.columnName),
  );
  const combinations = unfiltered.flatMap((test): UniqueTest[] => {
    const argument = COMBINATION_TESTS[test.test?.kind ?? ''];
    const columns = argument === undefined ? undefined : test.test?.arguments[argument];
    if (!Array.isArray(columns) || !columns.every((column) => typeof column === 'string')) return [];
    return [{ uniqueId: test.uniqueId, columns, source: 'unique_combination_of_columns', hasNotNull: true }];
  });
  const single = unfiltered.flatMap((test): UniqueTest[] => {
    const column = test.test?.columnName;
    if (test.test?.kind !== 'unique' || column === undefined) return [];
    return [{ uniqueId: test.uniqueId, columns: [column], source: 'unique test', hasNotNull: notNull.has(column) }];
  });
  return [...combinations, ...single.toSorted((a, b) => Number(b.hasNotNull) - Number(a.hasNotNull))];
}

function resolve(candidate: Candidate, columns: readonly Column[]): Key | undefined {
  if (candidate.columns.length === 0) return undefined;
  const resolved = candidate.columns.map((written) => resolveColumn(written, columns));
  const stored = resolved.filter((name) => name !== undefined);
  if (stored.length !== resolved.length || new Set(stored).size !== stored.length) return undefined;
  const types = new Map(columns.map((column) => [column.name, column.type]));
  if (stored.some((name) => NO_KEY_TYPES.has(types.get(name) ?? ''))) return undefined;
  return { columns: stored, source: candidate.source };
}

function storedName(written: string): string {
  try {
    return parseIdentifier(written);
  } catch {
    return written;
  }
}

function quoted(stored: string): string {
  return `"${stored.replaceAll('"', '""')}"`;
}
