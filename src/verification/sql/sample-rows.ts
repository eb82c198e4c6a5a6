import { quoteName, quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { Row, Statement } from '../../snowflake/warehouse.js';
import { keyExpression, valueAlias } from './sides.js';
import type { Sides } from './sides.js';
import type { SampleKeys } from '../verdict.js';

/** Characters of a value that leave the warehouse. */
const MOST_CHARACTERS = 100;

/** One row of one side; key and values as text, in the order of the columns asked for. */
export interface SampleRow {
  readonly side: 'baseline' | 'upcoming';
  readonly key: readonly (string | null)[];
  readonly values: readonly (string | null)[];
}

/** The rows of both sides that have one of the keys. @param keys as the comparison's samples give them; at least one */
export function selectSampleRows(sides: Sides, keys: SampleKeys): Statement {
  const columns = [
    ...sides.key.map((column, index) => `${keyExpression(column)}::VARCHAR AS "k${index + 1}"`),
    ...sides.values.map(
      ({ name }, index) => `LEFT(${quoteName(name)}::VARCHAR, ${MOST_CHARACTERS}) AS "${valueAlias(index)}"`,
    ),
  ].join(', ');
  const conditions = keys.map(
    (key) => `(${sides.key.map((column, part) => equals(keyExpression(column), key[part])).join(' AND ')})`,
  );
  const select = (side: number, relation: RelationName): string =>
    `SELECT ${side} AS "side", ${columns} FROM ${quoteRelation(relation)} WHERE ${conditions.join(' OR ')}`;
  const texts = keys.flatMap((key) => key.filter((part) => part !== null));
  return {
    name: 'selectSampleRows',
    sql: `${select(0, sides.baseline)}\nUNION ALL\n${select(1, sides.upcoming)}`,
    binds: [...texts, ...texts],
  };
}

function equals(expression: string, part: string | null | undefined): string {
  return part === null || part === undefined ? `${expression} IS NULL` : `${expression}::VARCHAR = ?`;
}

/** @throws Error when a row names no side. */
export function readSampleRows(sides: Sides, rows: readonly Row[]): readonly SampleRow[] {
  return rows.map((row) => {
    const side = row['side'];
    if (side !== '0' && side !== '1') throw new Error('A sample row names no side.');
    return {
      side: side === '0' ? 'baseline' : 'upcoming',
      key: sides.key.map((_, index) => row[`k${index + 1}`] ?? null),
      values: sides.values.map((_, index) => row[valueAlias(index)] ?? null),
    };
  });
}
