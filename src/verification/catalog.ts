import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import type { Row } from '../snowflake/warehouse.js';
import { readColumns } from './columns.js';
import type { Column } from './columns.js';
import type { Ask } from './compare.js';
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
  /** Row count of a table; undefined for views and where metadata does not say. */
  rows(relation: RelationName): Promise<number | undefined>;
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
    return { rows: readRowCounts(rows), traits: readTableTraits(rows) };
  });
  const views = oncePerSchema(async (schema) => readViewTraits(await ask(showViewsOfSchema(schema))));
  const primaryKeys = oncePerSchema(async (schema) => readPrimaryKeys(await ask(showPrimaryKeysOfSchema(schema))));
  return {
    columns: async (relation) => {
      const { byName, isCut } = await columns(relation);
      if (!isCut) return byName.get(relation.name);
      return readColumns(await ask(showColumnsOfRelation(relation))).get(relation.name);
    },
    rows: async (relation) => (await tables(relation)).rows.get(relation.name),
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

function readRowCounts(rows: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = row['name'];
    const text = row['rows'];
    if (name === undefined || name === null || text === undefined || text === null || !/^\d+$/.test(text)) continue;
    counts.set(name, Number(text));
  }
  return counts;
}
