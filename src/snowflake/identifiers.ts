/**
 * Snowflake identifiers.
 *
 * Everywhere in this code a name is held as Snowflake stores it (an unquoted `public` is `PUBLIC`) and is always
 * written quoted, so that case, blanks, quotes and reserved words cannot change its meaning.
 * Rules: https://docs.snowflake.com/en/sql-reference/identifiers-syntax
 */

/** A schema by its stored names. */
export interface SchemaName {
  readonly database: string;
  readonly schema: string;
}

/** A table, view or other object inside a schema, by its stored names. */
export interface RelationName extends SchemaName {
  readonly name: string;
}

const UNQUOTED = /^[A-Za-z_][A-Za-z0-9_$]*$/;
/** The most characters of one name: https://docs.snowflake.com/en/sql-reference/identifiers-syntax */
export const MAX_LENGTH = 255;

/** Quotes one stored name for SQL: inner double quotes are doubled. @throws RangeError if Snowflake cannot hold it. */
export function quoteName(stored: string): string {
  const length = lengthOf(stored);
  if (length === 0 || length > MAX_LENGTH) {
    throw new RangeError(`A Snowflake name has 1 to ${MAX_LENGTH} characters; this one has ${length}.`);
  }
  if (stored.includes('\0')) {
    throw new RangeError('A Snowflake name cannot contain a NUL character.');
  }
  return `"${stored.replaceAll('"', '""')}"`;
}

/** Characters as Snowflake counts them: one beyond the 16-bit plane (an emoji) is one, not two. */
export function lengthOf(stored: string): number {
  return Array.from(stored).length;
}

/** `"DB"."SCHEMA"` for SQL. */
export function quoteSchema(name: SchemaName): string {
  return `${quoteName(name.database)}.${quoteName(name.schema)}`;
}

/** `"DB"."SCHEMA"."NAME"` for SQL. */
export function quoteRelation(name: RelationName): string {
  return `${quoteSchema(name)}.${quoteName(name.name)}`;
}

/** A string literal for SQL. Snowflake reads backslash escapes inside quotes, so both are escaped. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/**
 * Reads one identifier as a person or dbt writes it: unquoted becomes upper case, quoted is kept exactly.
 * @throws RangeError for anything that is not one identifier.
 */
export function parseIdentifier(written: string): string {
  if (UNQUOTED.test(written) && written.length <= MAX_LENGTH) return written.toUpperCase();
  const stored = /^"((?:[^"]|"")+)"$/s.exec(written)?.[1]?.replaceAll('""', '"');
  if (stored === undefined) {
    throw new RangeError(`"${written}" is not a Snowflake identifier: letters, digits, _ and $, or quoted with "…".`);
  }
  quoteName(stored); // Throws for what Snowflake cannot hold.
  return stored;
}

/**
 * Reads a relation name as dbt renders it in a manifest (`analytics.public.x`, `analytics."public"."My table"`).
 * @returns undefined when it is not three identifiers joined by dots.
 */
export function parseRelationName(rendered: string): RelationName | undefined {
  const parts = rendered.match(/"(?:[^"]|"")+"|[^.]+/gs);
  if (parts?.length !== 3 || parts.join('.') !== rendered) return undefined;
  const [database = '', schema = '', name = ''] = parts;
  try {
    return { database: parseIdentifier(database), schema: parseIdentifier(schema), name: parseIdentifier(name) };
  } catch {
    return undefined;
  }
}

/** As people read it in logs and reports: quoted only where Snowflake would need it. Never for SQL. */
export function displayName(name: SchemaName | RelationName): string {
  const parts = 'name' in name ? [name.database, name.schema, name.name] : [name.database, name.schema];
  return parts.map((part) => (/^[A-Z_][A-Z0-9_$]*$/.test(part) ? part : quoteName(part))).join('.');
}

export function sameSchema(a: SchemaName, b: SchemaName): boolean {
  return a.database === b.database && a.schema === b.schema;
}
