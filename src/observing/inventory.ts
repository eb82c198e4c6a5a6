import type { SchemaName } from '../snowflake/identifiers.js';
import { isTrue, optionalText, text } from '../snowflake/rows.js';
import { SHOW_PAGE, showTables, showViews } from '../snowflake/statements/objects.js';
import type { Row, Statement, Warehouse } from '../snowflake/warehouse.js';

export interface TableSeen {
  readonly name: string;
  readonly transient: boolean;
  readonly owner: string;
  readonly clusterBy: string;
  readonly automaticClustering: boolean;
  readonly rows: number | undefined;
}

export interface ViewSeen {
  readonly name: string;
  readonly owner: string;
  /** The CREATE statement; empty when this role may not see it. */
  readonly text: string;
}

/** What stands in a schema, by stored name. */
export interface Inventory {
  readonly tables: ReadonlyMap<string, TableSeen>;
  readonly views: ReadonlyMap<string, ViewSeen>;
}

/** What stands in a schema that nobody has filled. */
export const EMPTY: Inventory = { tables: new Map(), views: new Map() };

/** Tables and views of a schema that this role may see. */
export async function takeInventory(warehouse: Warehouse, schema: SchemaName): Promise<Inventory> {
  const [tables, views] = await Promise.all([
    listTables(warehouse, schema),
    showAll(warehouse, (after) => showViews(schema, after)),
  ]);
  return {
    tables: new Map(tables.map((row) => [text(row, 'name'), tableSeen(row)])),
    views: new Map(views.map((row) => [text(row, 'name'), viewSeen(row)])),
  };
}

/** Names that stand on one side only, as `table X` or `view X`, sorted. */
export function differenceInNames(a: Inventory, b: Inventory): { readonly onlyA: string[]; readonly onlyB: string[] } {
  const names = (inventory: Inventory): Set<string> =>
    new Set([
      ...[...inventory.tables.keys()].map((name) => `table ${name}`),
      ...[...inventory.views.keys()].map((name) => `view ${name}`),
    ]);
  const left = names(a);
  const right = names(b);
  return {
    onlyA: [...left].filter((name) => !right.has(name)).sort(),
    onlyB: [...right].filter((name) => !left.has(name)).sort(),
  };
}

/** Rows of SHOW TABLES, however many there are. */
export function listTables(warehouse: Warehouse, schema: SchemaName): Promise<Row[]> {
  return showAll(warehouse, (after) => showTables(schema, after));
}

/** All pages of a SHOW of one schema. */
async function showAll(warehouse: Warehouse, statement: (after?: string) => Statement): Promise<Row[]> {
  const rows = [...(await warehouse.execute(statement()))];
  let pageSize = rows.length;
  while (pageSize === SHOW_PAGE) {
    const last = rows.at(-1);
    if (last === undefined) break;
    const next = await warehouse.execute(statement(text(last, 'name')));
    rows.push(...next);
    pageSize = next.length;
  }
  return rows;
}

function tableSeen(row: Row): TableSeen {
  const rows = optionalText(row, 'rows');
  return {
    name: text(row, 'name'),
    transient: (optionalText(row, 'kind') ?? '').toUpperCase() === 'TRANSIENT',
    owner: optionalText(row, 'owner') ?? '',
    clusterBy: optionalText(row, 'cluster_by') ?? '',
    automaticClustering: isTrue(optionalText(row, 'automatic_clustering')),
    rows: rows === undefined ? undefined : Number(rows),
  };
}

function viewSeen(row: Row): ViewSeen {
  return {
    name: text(row, 'name'),
    owner: optionalText(row, 'owner') ?? '',
    text: optionalText(row, 'text') ?? '',
  };
}
