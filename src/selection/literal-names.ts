/** Production schema names written out in SQL, where `{{ this }}`, `{{ target.schema }}` or `ref()` would move with the target. */
import type { SchemaName } from '../snowflake/identifiers.js';
import { withoutComments } from './code-text.js';

/** One place where a text names a production schema. */
export interface LiteralName {
  /** The stored name of the schema. */
  readonly schema: string;
  /** Counted from 1 inside the text that was searched. */
  readonly line: number;
  /** The line as it is written, shortened. */
  readonly excerpt: string;
}

/**
 * Finds production's schemas in SQL or Jinja, in any case, quoted or not: before a dot (`public.orders`), after a
 * database (`analytics.public`), after the word `schema`, or as a whole string (`schema='public'`) that is
 * not compared with something. A bare word is not one: `public` is a role, too. Comments do not count, unless Jinja in them runs.
 */
export function literalNames(code: string, schemas: readonly SchemaName[]): readonly LiteralName[] {
  const lines = code.split('\n');
  const text = withoutComments(code);
  return schemas.flatMap((schema) =>
    [...positionsOf(text, schema)].map((position) => {
      const line = text.slice(0, position).split('\n').length;
      return { schema: schema.schema, line, excerpt: (lines[line - 1] ?? '').trim().slice(0, 120) };
    }),
  );
}

function positionsOf(text: string, { database, schema }: SchemaName): ReadonlySet<number> {
  const name = nameUnder(schema);
  const qualifier = String.raw`(?<qualifier>(?:"[^"]+"|[\w$]+|\}\})\s*\.\s*)?`;
  const patterns = [
    new RegExp(String.raw`${qualifier}(?<![\w$])(?<name>${name})\s*\.\s*(?=["\w{])`, 'dgi'),
    new RegExp(String.raw`(?<![\w$.])${nameUnder(database)}\s*\.\s*(?<name>${name})(?![\w$])`, 'dgi'),
    new RegExp(String.raw`\bschema\s+(?:if\s+(?:not\s+)?exists\s+)?${qualifier}(?<name>${name})(?![\w$])`, 'dgi'),
    new RegExp(
      String.raw`(?<!(?:[=!]=|\.)\s*)(?<name>'${escaped(schema)}'|"${escaped(schema)}")(?!\s*(?:[=!]=|\.))`,
      'dgi',
    ),
  ];
  const positions = new Set<number>();
  for (const match of patterns.flatMap((pattern) => [...text.matchAll(pattern)])) {
    const position = match.indices?.groups?.['name']?.[0];
    if (position !== undefined && !namesOther(match.groups?.['qualifier'], database)) positions.add(position);
  }
  return positions;
}

/** `other.public.x` is in another database; what Jinja before the dot stands for is unknown, so it counts. */
function namesOther(qualifier: string | undefined, database: string): boolean {
  const written = (qualifier ?? '').replace(/\s*\.\s*$/, '').replaceAll('"', '');
  return written !== '' && written !== '}}' && written.toUpperCase() !== database.toUpperCase();
}

function nameUnder(stored: string): string {
  return `(?:"${escaped(stored)}"|${escaped(stored)})`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
