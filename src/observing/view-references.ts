import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import { identifiersIn, textAfterWord } from '../snowflake/sql-text.js';
import { SHOW_PAGE, showAllSchemas, showViews, showViewsOfDatabase } from '../snowflake/statements/objects.js';
import type { Row, Warehouse } from '../snowflake/warehouse.js';

/** A view and whether its text names a schema. */
export interface ViewReference {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
}

/**
 * All views of the database whose text names one of `schemas` (stored names), whatever schema they stand in. A text that this role
 * may not see (a secure view of another owner) cannot be searched: it is returned in `unreadable`.
 */
export async function viewsNaming(
  warehouse: Warehouse,
  database: string,
  schemas: readonly string[],
): Promise<{ readonly naming: readonly ViewReference[]; readonly unreadable: readonly ViewReference[] }> {
  const naming: ViewReference[] = [];
  const unreadable: ViewReference[] = [];
  for (const row of await allViews(warehouse, database)) {
    const view = { schema: text(row, 'schema_name'), name: text(row, 'name'), owner: optionalText(row, 'owner') ?? '' };
    if (view.schema === 'INFORMATION_SCHEMA') continue;
    const body = optionalText(row, 'text') ?? '';
    if (body === '') unreadable.push(view);
    else if (bodyNames(body, schemas)) naming.push(view);
  }
  return { naming, unreadable };
}

/**
 * Whether a view's CREATE statement reads from one of the schemas. Only what follows its first AS counts: a view in the upcoming schema
 * names that schema in its head, and SHOW VIEWS keeps the head as it was written even after a rename.
 */
export function bodyNames(createStatement: string, schemas: readonly string[]): boolean {
  const named = identifiersIn(textAfterWord(createStatement, 'AS') ?? createStatement);
  return schemas.some((schema) => named.has(schema));
}

export function displayView(view: ViewReference, database: string): string {
  return displayName({ database, schema: view.schema, name: view.name });
}

async function allViews(warehouse: Warehouse, database: string): Promise<readonly Row[]> {
  const rows = await warehouse.execute(showViewsOfDatabase(database));
  if (rows.length < SHOW_PAGE) return rows;
  const schemas = await warehouse.execute(showAllSchemas(database));
  const pages = await Promise.all(
    schemas.map((schema) => viewsOfSchema(warehouse, { database, schema: text(schema, 'name') })),
  );
  return pages.flat();
}

async function viewsOfSchema(warehouse: Warehouse, schema: SchemaName): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const after = rows.at(-1);
    const page = await warehouse.execute(showViews(schema, after === undefined ? undefined : text(after, 'name')));
    rows.push(...page);
    if (page.length < SHOW_PAGE) return rows;
  }
}
