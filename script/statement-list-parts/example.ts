import type { RelationName, SchemaName } from '../../src/snowflake/identifiers.js';
import type { Statement } from '../../src/snowflake/warehouse.js';

/** The names that an example is made of, as Snowflake stores them; each may be anything that Snowflake can hold. */
export interface ExampleNames {
  readonly database: string;
  /** Three schemas: the live one, another beside it, and a name under which one is kept. */
  readonly live: string;
  readonly beside: string;
  readonly kept: string;
  readonly table: string;
  readonly column: string;
  readonly role: string;
  /** What stands in a comment or is searched for: any text. */
  readonly text: string;
  /** What Snowflake or this action calls a query, a run or a deployment. */
  readonly id: string;
}

/** A statement made by the function that the action itself calls. */
export interface Example {
  readonly make: (names: ExampleNames) => Statement;
  /** The privileges that it takes, beside USAGE of the database and the schema; from Snowflake's documentation. */
  readonly needs: string;
}

export const PLAIN_NAMES: ExampleNames = {
  database: 'ANALYTICS',
  live: 'PUBLIC',
  beside: 'PUBLIC_UPCOMING',
  kept: 'PUBLIC_SNAPSHOT_2026_11_22_153045',
  table: 'PAGE_VIEWS',
  column: 'EVENT_ID',
  role: 'REPORTER',
  text: 'Pages that people looked at',
  id: '01bf2f4a-0506-89ab-0000-000100012345',
};

export function live({ database, live: schema }: ExampleNames): SchemaName {
  return { database, schema };
}

export function beside({ database, beside: schema }: ExampleNames): SchemaName {
  return { database, schema };
}

export function kept({ database, kept: schema }: ExampleNames): SchemaName {
  return { database, schema };
}

export function liveTable(names: ExampleNames): RelationName {
  return { ...live(names), name: names.table };
}

export function besideTable(names: ExampleNames): RelationName {
  return { ...beside(names), name: names.table };
}
