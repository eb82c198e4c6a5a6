import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import type { Row } from '../snowflake/warehouse.js';
import { readColumns } from './columns.js';
import type { Column } from './columns.js';
import type { Ask } from './compare.js';
import type { TableSize } from './depth.js';
import { readPrimaryKeys } from './keys.js';
import { readTableTraits, readViewTraits } from './relation-traits.js';
import type { RelationTraits } from './relation-traits.js';
import {
  SHOW_LIMIT,
  showColumnsOfRelation,
  showColumnsOfSchema,
  showPrimaryKeysOfSchema,
  showTablesOfSchema,
  showViewsOfSchema,
} from './sql/catalog.js';

/** What metadata tells of relations: asked once for each schema, only when needed, and without a running warehouse. */
export interface Catalog {
  /** undefined: no such relation, or this role may not see it. */
  columns(relation: RelationName): Promise<readonly Column[] | undefined>;
  /** Rows and bytes of a table; undefined for views and where metadata does not say. */
  size(relation: RelationName): Promise<TableSize | undefined>;
  /** The table or view as a whole; undefined where SHOW does not list it. */
  traits(relation: RelationName): Promise<RelationTraits | undefined>;
  /** Stored column names of the declared primary key; empty when there is none. */
  primaryKey(relation: RelationName): Promise<readonly string[]>;
}

/** Both a failed and a good answer are kept: each relation of a schema that cannot be read fails with the same error. */
export function createCatalog(ask: Ask): Catalog {
  const columns = oncePerSchema(async (schema) => {
    const rows = await ask(showColumnsOfSchema(schema));
    return { byName: readColumns(rows), isCut: rows.length >= SHOW_LIMIT };
  });
  const tables = oncePerSchema(async (schema) => {
    const rows = await ask(showTablesOfSchema(schema));
    return { sizes: readSizes(rows), traits: readTableTraits(rows) };
  });
  const views = oncePerSchema(async (schema) => readViewTraits(await ask(showViewsOfSchema(schema))));
  const primaryKeys = oncePerSchema(async (schema) => readPrimaryKeys(await ask(showPrimaryKeysOfSchema(schema))));
  return {
    columns: async (relation) => {
      const { byName, isCut } = await columns(relation);
      if (!isCut) return byName.get(relation.name);
      return readColumns(await ask(showColumnsOfRelation(relation))).get(relation.name);
    },
    size: async (relation) => (await tables(relation)).sizes.get(relation.name),
    traits: async (relation) =>
      (await tables(relation)).traits.get(relation.name) ?? (await views(relation)).get(relation.name),
    primaryKey: async (relation) => (await primaryKeys(relation)).get(relation.name) ?? [],
  };
}

function oncePerSchema<T>(read: (schema: SchemaName) => Promise<T>): (schema: SchemaName) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return ({ database, schema }) => {
    const name = JSON.stringify([database, schema]);
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = read({ database, schema });
    answers.set(name, answer);
    return answer;
  };
}

function readSizes(rows: readonly Row[]): ReadonlyMap<string, TableSize> {
  const sizes = new Map<string, TableSize>();
  for (const row of rows) {
    const name = row['name'];
    const [stored, scanned] = [numberIn(row['rows']), numberIn(row['bytes'])];
    if (name === undefined || name === null || stored === undefined || scanned === undefined) continue;
    sizes.set(name, { rows: stored, bytes: scanned });
  }
  return sizes;
}

function numberIn(text: string | null | undefined): number | undefined {
  return text !== undefined && text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}
